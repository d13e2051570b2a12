import { brokerCases } from "./broker-cases";
import { playOnBroker } from "./broker-story";
import { CASE_MS, failed, report } from "./tests";

describe("an up of service instances and bindings that is killed", () => {
  jest.setTimeout(CASE_MS);
  for (const one of brokerCases)
    test(`when ${one.words}, provider ${one.provider}, is made good by an up in ${one.home === "same" ? "the same" : "another"} home`, async () => {
      const story = await playOnBroker(one).catch(failed);
      report({ ...one, resources: "broker" }, story);
      expect(story.problems.join("\n")).toBe("");
    });
});
