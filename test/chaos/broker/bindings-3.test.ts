import { declareMatrix } from "../matrix";
import { bindingMatrix } from "./suite";

declareMatrix(bindingMatrix, 3);
