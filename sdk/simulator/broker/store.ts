import type { BrokerEvent } from "./ledger";
import { type Operation, ServiceBinding, ServiceInstance, type Thing } from "./things";

interface Pending {
  thing: Thing;
  operation: Operation;
  onEnd(operation: Operation): void;
}

/** The instances and bindings, and what is being done to them. Nothing ends before somebody looks: `settle`. */
export class Store {
  private readonly byId = new Map<string, ServiceInstance>();
  private readonly pending = new Set<Pending>();
  private readonly untold: Omit<BrokerEvent, "n">[] = [];

  /** Those that exist, the oldest first. */
  instances(): ServiceInstance[] {
    return [...this.byId.values()].filter(({ gone }) => !gone);
  }

  /** Those that exist, the oldest first. */
  bindings(): ServiceBinding[] {
    return this.instances()
      .flatMap(({ bindings }) => [...bindings.values()])
      .filter(({ gone }) => !gone);
  }

  /** An instance that the broker remembers, gone or not. */
  instance(id: string): ServiceInstance | undefined {
    return this.byId.get(id);
  }

  /** A binding that the broker remembers, of whichever instance; one that exists before one that is gone. */
  binding(id: string): ServiceBinding | undefined {
    const found = [...this.byId.values()].flatMap(({ bindings }) => bindings.get(id) ?? []);
    return found.find(({ gone }) => !gone) ?? found[0];
  }

  add(instance: ServiceInstance): void {
    this.byId.delete(instance.id);
    this.byId.set(instance.id, instance);
  }

  /** Begins an operation; `onEnd` is called when it succeeded or failed. */
  begin(thing: Thing, operation: Operation, onEnd: (operation: Operation) => void): void {
    thing.operations.push(operation);
    this.pending.add({ thing, operation, onEnd });
  }

  /** Ends what is over by now, in its order. */
  settle(now: number): void {
    const over = [...this.pending].filter(({ operation }) => operation.endsAt <= now);
    for (const pending of over.sort((a, b) => a.operation.endsAt - b.operation.endsAt)) this.end(pending);
  }

  /** Ends all that is being done to an instance or binding now, as it would have ended. */
  finish(thing: Thing, now: number): void {
    for (const pending of this.of(thing)) {
      pending.operation.endsAt = now;
      this.end(pending);
    }
  }

  /** Stops all that is being done to an instance or binding: it failed, without its consequences. */
  halt(thing: Thing, now: number, description: string): void {
    for (const { operation, ...rest } of this.of(thing)) {
      Object.assign(operation, { endsAt: now, outcome: "failed", description });
      this.end({ ...rest, operation, onEnd: () => undefined });
    }
  }

  /** The broker knows nothing of it any more. */
  forget(thing: Thing): void {
    for (const pending of this.of(thing)) this.pending.delete(pending);
    if (thing instanceof ServiceBinding) this.byId.get(thing.instanceId)?.bindings.delete(thing.id);
    else this.byId.delete(thing.id);
    if (thing instanceof ServiceInstance) for (const binding of thing.bindings.values()) this.forget(binding);
    thing.gone = true;
  }

  /** What ended since this was last asked. */
  news(): Omit<BrokerEvent, "n">[] {
    return this.untold.splice(0);
  }

  private of(thing: Thing): Pending[] {
    return [...this.pending].filter((pending) => pending.thing === thing);
  }

  private end({ thing, operation, onEnd }: Pending): void {
    for (const pending of this.of(thing)) if (pending.operation === operation) this.pending.delete(pending);
    operation.state = operation.outcome === "succeeded" ? "succeeded" : "failed";
    if (operation.outcome === "forgotten") this.forget(thing);
    else onEnd(operation);
    const { kind, id, outcome, endsAt } = operation;
    const isBinding = thing instanceof ServiceBinding;
    this.untold.push({
      at: endsAt,
      kind: outcome === "succeeded" ? "operation-succeeded" : "operation-failed",
      summary: `${kind} of ${thing.id} ${outcome}`,
      operation: id,
      instanceId: isBinding ? thing.instanceId : thing.id,
      bindingId: isBinding ? thing.id : undefined,
    });
  }
}
