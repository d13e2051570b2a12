import { testCases } from "./tests";

describe("an up of five ChildInstances whose CLI and provider are killed", () => {
  testCases("killed");
});
