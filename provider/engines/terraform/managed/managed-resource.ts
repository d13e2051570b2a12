/** An object of a configuration, a plan or a state: names as Terraform spells them, null where nothing is. */
export type TfObject = Readonly<Record<string, unknown>>;

/** Where a value is: names of attributes and keys, and places in lists. */
export type TfPath = readonly (string | number)[];

/** What a user is told beside a result. */
export interface TfDiagnostic {
  readonly severity: "error" | "warning";
  readonly summary: string;
  readonly detail: string;
  readonly path?: TfPath | undefined;
}

interface Said {
  readonly diagnostics: readonly TfDiagnostic[];
}

export interface PlanRequest {
  /** Null for what is to be made. */
  readonly prior: TfObject | null;
  /** The configuration, with what is known of computed attributes; null for what is to be deleted. */
  readonly proposed: TfObject | null;
  readonly config: TfObject | null;
  readonly priorPrivate: string;
}

export interface PlanAnswer extends Said {
  readonly planned: TfObject | null;
  readonly requiresReplace: readonly TfPath[];
  readonly plannedPrivate: string;
}

export interface ApplyRequest {
  readonly prior: TfObject | null;
  readonly planned: TfObject | null;
  readonly config: TfObject | null;
  readonly plannedPrivate: string;
}

/** A state to save, with data of the provider's own beside it; null where nothing is saved. */
export interface StateAnswer extends Said {
  readonly state: TfObject | null;
  readonly private: string;
}

export interface ImportAnswer extends Said {
  readonly imported: readonly { readonly state: TfObject; readonly private: string }[];
}

/**
 * A managed resource as the protocol calls it, with values for its messages (tfplugin6, service Provider). Private data are
 * JSON texts; empty where there are none.
 */
export interface ManagedResource {
  readonly typeName: string;
  validate(config: TfObject): Promise<readonly TfDiagnostic[]>;
  plan(request: PlanRequest): Promise<PlanAnswer>;
  apply(request: ApplyRequest): Promise<StateAnswer>;
  read(request: { readonly current: TfObject; readonly private: string }): Promise<StateAnswer>;
  importState(id: string): Promise<ImportAnswer>;
}
