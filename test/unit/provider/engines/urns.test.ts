import {
  childInstanceType,
  intentType,
  serviceBindingType,
  serviceInstanceType,
} from "../../../../provider/engines/pulumi-dynamic/tokens";
import { typeOf, withType } from "../../../../provider/engines/pulumi-dynamic/urns";

const urn = (types: string, name = "x"): string => `urn:pulumi:dev::test::${types}::${name}`;

describe("the URN of a companion", () => {
  test("has the same name and parent, and another type", () => {
    expect(withType(urn(`my:Component$${childInstanceType}`), childInstanceType, intentType)).toBe(
      urn(`my:Component$${intentType}`),
    );
  });

  test("leaves the type of a parent alone that is of the same kind", () => {
    expect(withType(urn(`${childInstanceType}$${childInstanceType}`), childInstanceType, intentType)).toBe(
      urn(`${childInstanceType}$${intentType}`),
    );
  });

  test("keeps a name that has colons in it", () => {
    expect(withType(urn(childInstanceType, "a::b"), childInstanceType, intentType)).toBe(
      urn(intentType, "a::b"),
    );
  });

  test("is that of another type itself where it does not end in the given one", () => {
    expect(withType(urn("my:Thing"), childInstanceType, intentType)).toBe(urn("my:Thing"));
  });
});

test("the type of a URN is the last one: those of its parents come first", () => {
  expect(typeOf(urn(`${serviceInstanceType}$${serviceBindingType}`))).toBe(serviceBindingType);
});
