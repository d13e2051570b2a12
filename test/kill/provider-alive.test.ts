import { testCases } from "./tests";

// A file of its own, so that the two halves run at the same time.
describe("an up of five ChildInstances whose CLI is killed", () => {
  testCases("left alive");
});
