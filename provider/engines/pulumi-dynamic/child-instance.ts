import * as pulumi from "@pulumi/pulumi";
import { knownApps, knownRegions } from "../../resources/child-instance/rules";
import type { ChildInstanceState } from "../../resources/child-instance/schema";
import { Intent } from "./intent";
import { timeoutsOf } from "./companion";
import { withLeftOut } from "./left-out";
import { areMocksSet, madeUpOr } from "./mocks";
import { argumentsOf, withReplacers } from "./program-arguments";
import { refusePlainSecrets } from "./program-settings";
import { assertProviderFound } from "./provider-package";
import { makeOutputsReadable } from "./readable-outputs";
import { runOf } from "./saved-stack";
import { secretInputs } from "./secret-inputs";
import { withoutStackTraces } from "./stack-traces";
import { childInstanceKind, childInstanceType, providerOf } from "./tokens";
import type {
  ChildInstanceArgs,
  ChildInstanceFreeApp,
  ChildInstanceItem,
  ChildInstanceOnboard,
} from "./types/child-instance";
import { urnsOf } from "./urns";

/** Words that the vendor publishes. A secret that holds one among others does not mean it. */
const published = new Set<string>([...knownApps, ...knownRegions, "FULL", "SHARED", "existing"]);

/**
 * One tenant's allocation made by one `POST /subscription/v1/instances`: a free app instance, or licenses onboarded
 * to a child tenant. Its create returns when every instance is provisioned.
 *
 * Time-outs are Pulumi's `customTimeouts`; create and update wait for 60 minutes by default.
 */
export class ChildInstance extends pulumi.CustomResource {
  /** The free app, where that was asked for. */
  declare readonly freeApp: pulumi.Output<ChildInstanceFreeApp | undefined>;
  /** The onboarded items, where those were asked for. */
  declare readonly onboard: pulumi.Output<ChildInstanceOnboard[] | undefined>;
  /** The group of settings that it is addressed with. */
  declare readonly profile: pulumi.Output<string | undefined>;
  /** What a delete does; the default of the settings where none was given. */
  declare readonly deletionPolicy: pulumi.Output<"prevent" | "abandon">;
  /** What a change of something allocated does. */
  declare readonly changePolicy: pulumi.Output<"forbid" | "record" | "replace">;
  /** What a refresh does with an instance that is no longer listed. */
  declare readonly missingPolicy: pulumi.Output<"keep" | "forget">;
  /** Whether a second instance of an app is allowed. */
  declare readonly allowAdditional: pulumi.Output<boolean | undefined>;
  /** What was taken over instead of allocated. */
  declare readonly adopt: pulumi.Output<"existing" | (string | number)[] | undefined>;
  /** The parent TSG, from the scope of the access token. */
  declare readonly parentTsgId: pulumi.Output<string>;
  /** Id of the provisioning job, as the POST answered it. */
  declare readonly jobId: pulumi.Output<string | undefined>;
  /** Tenant id, where the POST's answer gives it. */
  declare readonly tenantId: pulumi.Output<string | undefined>;
  /** Display name of the instance, where the POST's answer gives it. */
  declare readonly tenantInstanceName: pulumi.Output<string | undefined>;
  /** Ids of instances that the list no longer shows. */
  declare readonly missing: pulumi.Output<string[] | undefined>;
  /** The instances, one for each item that makes one. A secret as a whole, since `authCode` and `extra` are. */
  declare readonly instances: pulumi.Output<ChildInstanceItem[]>;
  /** `instances` by app id. */
  declare readonly instancesByApp: pulumi.Output<Record<string, ChildInstanceItem>>;
  /** Instance id of the first item. */
  declare readonly instanceId: pulumi.Output<string>;
  /** Id of the TSG in which the first item's instance is. */
  declare readonly tsgId: pulumi.Output<string | undefined>;
  /** Where the first item's instance is reached. */
  declare readonly url: pulumi.Output<string | undefined>;

  /**
   * @param name Pulumi's name of the resource.
   * @param args What to allocate, and policies.
   * @param options Pulumi's resource options; `customTimeouts` are honoured.
   */
  constructor(name: string, args: ChildInstanceArgs, options: pulumi.CustomResourceOptions = {}) {
    assertProviderFound();
    refusePlainSecrets();
    args = argumentsOf("ChildInstance", name, args, options);
    const { freeApp, onboard, adopt, profile } = args;
    const urns = urnsOf(name, childInstanceKind, childInstanceType, options);
    const secrets = secretInputs(urns, { freeApp, onboard, adopt, profile }, published);
    const intent = new Intent(name, args, options, secrets);
    const properties = {
      __provider: providerOf("childInstance"),
      ...args,
      timeouts: timeoutsOf(options.customTimeouts),
      intent: { key: intent.key, before: intent.before, looked: intent.looked },
      ...secrets,
      run: withLeftOut(
        withReplacers(
          options,
          urns.then((all) => runOf(childInstanceKind, all)),
        ),
        [intent],
      ),
      parentTsgId: undefined,
      jobId: undefined,
      tenantId: undefined,
      tenantInstanceName: undefined,
      instances: undefined,
      instanceSecrets: undefined,
      missing: undefined,
      // Nobody but mocks gives these.
      ...(areMocksSet()
        ? { instanceId: undefined, tsgId: undefined, url: undefined, instancesByApp: undefined }
        : {}),
    };
    const restore = withoutStackTraces();
    try {
      super(childInstanceType, name, properties, options);
    } finally {
      restore();
    }
    makeOutputsReadable(this);
    const saved = this as unknown as SavedOutputs;
    const first = firstInstance(args, saved.instances);
    this.instanceId = madeUpOr(
      this.instanceId,
      first.apply((item) => item?.instanceId as string),
    );
    this.tsgId = madeUpOr(
      this.tsgId,
      first.apply((item) => item?.tsgId),
    );
    this.url = madeUpOr(
      this.url,
      first.apply((item) => item?.url),
    );
    this.instances = wholeInstances(saved);
    this.instancesByApp = madeUpOr(
      this.instancesByApp,
      this.instances.apply((all) => Object.fromEntries(all.map((item) => [item.appId, item]))),
    );
  }
}

/** The instances as they are saved: their secrets apart, so that only these are encrypted. */
interface SavedOutputs {
  /** Not there where a program's own test stands in for the engine and makes up no outputs. */
  readonly instances: pulumi.Output<ChildInstanceState["instances"] | undefined>;
  readonly instanceSecrets: pulumi.Output<ChildInstanceState["instanceSecrets"]>;
}

/** The instances with their secrets. Those that mocks make up have them inside, and they are secrets there too. */
const wholeInstances = ({ instances, instanceSecrets }: SavedOutputs): pulumi.Output<ChildInstanceItem[]> =>
  pulumi.all([instances, instanceSecrets]).apply(([all, secrets]) => {
    const whole = (all ?? []).map((item): ChildInstanceItem => ({ ...item, ...secrets?.[item.instanceId] }));
    const areSecret = whole.some(({ authCode, extra }) => authCode !== undefined || extra !== undefined);
    return areSecret ? pulumi.secret(whole) : pulumi.output(whole);
  }) as pulumi.Output<ChildInstanceItem[]>;

/** The saved instance of the first item that makes one. */
function firstInstance(
  args: ChildInstanceArgs,
  instances: SavedOutputs["instances"],
): pulumi.Output<ChildInstanceState["instances"][number] | undefined> {
  // Which of them it is says nothing of a secret among the inputs.
  const app = pulumi
    .unsecret(pulumi.output(args.onboard))
    .apply((onboard) => onboard?.find((item) => item.tenantId === undefined)?.appId);
  return pulumi
    .all([app, instances])
    .apply(([appId, all]) => all?.find((candidate) => candidate.appId === appId) ?? all?.[0]);
}
