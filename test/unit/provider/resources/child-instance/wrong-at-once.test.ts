import { check, freeApp, logging, prisma } from "../../../../support/child-instance";
import { type TestAccount, type TestHostOptions, startAccount } from "../../../../support/host";

let account: TestAccount;
afterEach(() => account.stop());

interface Preview {
  problems: string[];
  infos: string[];
  warnings: string[];
}

/** What a preview says of a new resource. */
async function preview(
  inputs: unknown,
  options: TestHostOptions = {},
  env: Record<string, string> = {},
): Promise<Preview> {
  const host = account.host({ preview: true, ...options }, env);
  const { problems } = await check(host, inputs);
  return {
    ...host.recorded,
    problems: problems.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)),
  };
}

const nothingSent = (): void => {
  expect(account.simulator.ledger.posts()).toEqual([]);
};

describe("a preview of wrong inputs", () => {
  test("names all that is wrong at once: EULA, tenant, license and units, and warns of app and region", async () => {
    account = await startAccount();
    const wrong = {
      ...prisma("tenant-z"),
      appId: "prisma_acess",
      licenseId: "987",
      platformRegion: "amercias",
      isEulaAccepted: false,
    };
    const tooMuch = {
      ...logging,
      allocation: [{ appId: "logging_service", licenseType: "LGS-SKU", allocationSize: 1e9 }],
    };
    const all = [
      expect.stringMatching(/^onboard\[0\]\.isEulaAccepted: must be true/),
      expect.stringMatching(/^onboard\[0\]\.tsgName: is not the name of a tenant/),
      expect.stringMatching(/^onboard\[0\]\.licenseId: no such license/),
      expect.stringMatching(/^onboard\[1\]\.allocation\[0\]\.allocationSize: license 123456790 has/),
    ];
    const said = await preview({ onboard: [wrong, tooMuch] });
    expect(said.problems).toEqual(all);
    expect(said.warnings).toEqual([
      "onboard[0].appId is not a known app id: did you mean prisma_access?",
      "onboard[0].platformRegion is not a known region: did you mean americas?",
    ]);
    const accepted = await preview({ onboard: [{ ...wrong, isEulaAccepted: true }, tooMuch] });
    expect(accepted.problems).toEqual(all.slice(1));
    nothingSent();
  });

  test("names what else is wrong beside inputs of a wrong kind", async () => {
    account = await startAccount();
    const { appId: _app, ...item } = { ...prisma("tenant-z"), allocation: "many", licenseId: 987 };
    const { problems } = await preview({ onboard: [item], adopt: 5, regoin: "de" });
    expect(problems.map((text) => text.split(" ")[0])).toEqual(
      expect.arrayContaining([
        "onboard[0].appId:",
        "onboard[0].allocation:",
        "adopt:",
        "unknown",
        "onboard[0].tsgName:",
      ]),
    );
    const free = await preview({ freeApp: { ...freeApp, isEulaAccepted: false, region: "amercias" } });
    expect([free.problems, free.warnings]).toEqual([
      [expect.stringMatching(/^freeApp\.isEulaAccepted/)],
      ["freeApp.region is not a known region: did you mean americas?"],
    ]);
    const settings = await preview({ freeApp: { ...freeApp, isEulaAccepted: false } }, {}, { SCM_SCOPE: "" });
    expect(settings.problems).toEqual([
      expect.stringMatching(/^freeApp\.isEulaAccepted/),
      expect.stringMatching(/Credentials .* are not complete/),
    ]);
  });
});
