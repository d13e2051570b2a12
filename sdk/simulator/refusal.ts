/**
 * Why a POST is refused with 400. Only `SUB_SERVICE_1004` is published; the other codes are the simulator's own, in
 * the same style.
 */
const reasons = {
  invalid_request: "SUB_SERVICE_1001",
  eula_not_accepted: "SUB_SERVICE_1002",
  tsg_not_found: "SUB_SERVICE_1003",
  license_not_found_in_db: "SUB_SERVICE_1004",
  license_type_not_found: "SUB_SERVICE_1005",
  insufficient_license_units: "SUB_SERVICE_1006",
  tenant_not_found: "SUB_SERVICE_1007",
} as const;

/** The request is refused and has no effect. */
export class Refusal extends Error {
  override name = "Refusal";
  readonly code: string;
  constructor(
    readonly reason: keyof typeof reasons,
    detail?: string,
  ) {
    super(`${reasons[reason]}:${reason}${detail === undefined ? "" : `: ${detail}`}`);
    this.code = reasons[reason];
  }
}
