import { managedKinds } from "../../../../../provider/engines/terraform/managed/kinds";
import { referenced } from "../../../../../provider/engines/terraform/reference";
import { managedBlock } from "../../../../../provider/engines/terraform/schema";
import { ProviderSettings } from "../../../../../provider/engines/terraform/settings";
import { UNKNOWN } from "../../../../../provider/engines/terraform/unknown";

type Attribute = Record<string, unknown> & { name: string };

const attributesOf = (typeName: string): Map<string, Attribute> => {
  const kind = managedKinds.find((one) => one.typeName === typeName);
  const { block } = managedBlock(kind as never).schema as { block: { attributes: Attribute[] } };
  return new Map(block.attributes.map((one) => [one.name, one]));
};

test("what the user gives, what the provider gives and what may be either is told apart", () => {
  const attributes = attributesOf("provisor_service_instance");
  expect(attributes.get("service")).toMatchObject({ required: true, computed: false });
  expect(attributes.get("instance_id")).toMatchObject({ optional: true, computed: true });
  expect(attributes.get("dashboard_url")).toMatchObject({ optional: false, computed: true });
  expect(attributes.get("parameters_wo")).toMatchObject({ writeOnly: true, computed: false });
});

test("every secret of the declarations is sensitive", () => {
  expect(attributesOf("provisor_service_binding").get("credentials")).toMatchObject({ sensitive: true });
  expect(attributesOf("provisor_service_instance").get("response")).toMatchObject({ sensitive: true });
});

test("nothing that is named or described is in the spelling of another engine", () => {
  const text = JSON.stringify(referenced(), (_, value: unknown) =>
    typeof value === "bigint"
      ? Number(value)
      : value instanceof Uint8Array
        ? Buffer.from(value).toString()
        : value,
  );
  expect(text.match(/[Pp]ulumi|provisor:|`[a-z]+(?:[A-Z][a-zA-Z]*)+`|getLicenses/g) ?? []).toEqual([]);
});

describe("settings of the provider's block", () => {
  test("are texts by their names, and profiles are groups of them", () => {
    const settings = new ProviderSettings();
    settings.configure({
      client_id: "me",
      broker_keeps_instances: false,
      profiles: { emea: { client_id: "you", scope: null } },
    });
    expect([settings.get("clientId"), settings.get("brokerKeepsInstances"), settings.get("scope")]).toEqual([
      "me",
      "false",
      undefined,
    ]);
    expect(settings.get("profiles")).toBe('{"emea":{"clientId":"you"}}');
    expect(settings.isOpen).toBe(false);
  });

  test("that are not known yet count as not set, and say so", () => {
    const settings = new ProviderSettings();
    settings.configure({ client_id: UNKNOWN, profiles: null });
    expect([settings.get("clientId"), settings.isOpen]).toEqual([undefined, true]);
  });
});
