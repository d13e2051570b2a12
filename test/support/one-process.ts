// First: what the resources say is spoken from here on, in whatever they are wrapped.
import "./speech";
import { carriedInProcess } from "../../provider/host/carried";
import { childInstance as child } from "../../provider/resources/child-instance";
import { childInstanceIntent as childIntent } from "../../provider/resources/child-instance/intent";
import { serviceBinding as binding } from "../../provider/resources/service-binding";
import { serviceInstance as instance } from "../../provider/resources/service-instance";

/** The resources as an engine serves them that plans and applies in one process. */
export const childInstance = carriedInProcess(child);
export const childInstanceIntent = carriedInProcess(childIntent);
export const serviceInstance = carriedInProcess(instance);
export const serviceBinding = carriedInProcess(binding);
