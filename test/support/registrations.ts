import * as pulumi from "@pulumi/pulumi";

/** What a program asks the engine for, as the installed SDK sends it. */
export interface Registration {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

/** The same as it goes over the wire, with the options. */
export interface RegistrationRequest extends Record<string, unknown> {
  type: string;
  name: string;
}

interface Monitor {
  registerResource(request: { toObject(): RegistrationRequest }, done: unknown): unknown;
}

/** What the SDK's mocks were asked for, in its order. */
export class Registrations {
  private readonly all: Registration[] = [];
  private readonly sent: RegistrationRequest[] = [];

  /** Stands in for the engine. Each resource gets its inputs as outputs, and what `outputsOf` its type makes up. */
  async start(outputsOf: (type: string) => object, preview = false): Promise<void> {
    await pulumi.runtime.setMocks(
      {
        call: ({ inputs }) => inputs as Record<string, unknown>,
        newResource: ({ type, name, inputs }) => {
          this.all.push({ type, name, inputs: inputs as Record<string, unknown> });
          return { id: `${name}-id`, state: { ...(inputs as object), ...outputsOf(type) } };
        },
      },
      "project",
      "stack",
      preview,
    );
    const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, done) => {
      this.sent.push(request.toObject());
      return register(request, done);
    };
  }

  clear(): void {
    this.all.length = 0;
    this.sent.length = 0;
  }

  /** Types of all, in the order in which they were asked for. */
  get types(): string[] {
    return this.all.map(({ type }) => type);
  }

  of(name: string): Registration[] {
    return this.all.filter((registration) => registration.name === name);
  }

  requestsFor(name: string): RegistrationRequest[] {
    return this.sent.filter((request) => request.name === name);
  }
}

/** All aliases of a request, in whichever of its fields the SDK puts them. */
export const aliasesOf = (request: RegistrationRequest | undefined): string =>
  JSON.stringify([request?.["aliasesList"], request?.["aliasurnsList"]]);

/** The value of an output; undefined for one that is not known in a preview. */
export const valueOf = (output: unknown): Promise<unknown> =>
  (output as { promise(): Promise<unknown> }).promise();

/** Whether an output is known, and whether it is a secret. */
export async function natureOf(output: unknown): Promise<{ known: boolean; secret: boolean }> {
  const { isKnown, isSecret } = output as { isKnown: Promise<boolean>; isSecret: Promise<boolean> };
  return { known: await isKnown, secret: await isSecret };
}
