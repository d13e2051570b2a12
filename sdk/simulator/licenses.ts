import { z } from "zod";
import { Refusal } from "./refusal";
import { tsgIdSchema } from "./tenants";

const unitsSchema = z.strictObject({
  /** App whose units these are, for instance `prisma_access_edition`. */
  appId: z.string(),
  /** SKU. */
  licenseType: z.string(),
  /** Units bought. */
  purchasedSize: z.int().min(0),
  /** Units that nobody has yet. Default: all. */
  remainingSize: z.int().min(0).optional(),
  /** As the API writes it, for instance `2030-01-03 02:06:10`. */
  licenseExpiration: z.string().optional(),
});

export const licenseSchema = z.strictObject({
  licenseId: z.string(),
  /** App that the license is for. */
  appId: z.string(),
  /** The TSG that claimed it. Default: the first parent TSG. */
  tsgId: tsgIdSchema.optional(),
  claimBy: z.string().optional(),
  licenses: z.array(unitsSchema).optional(),
});

/** A claimed license to add. */
export type LicenseOptions = z.input<typeof licenseSchema>;

/** Units of one SKU in a license. */
export interface SimulatedUnits {
  readonly appId: string;
  readonly licenseType: string;
  purchasedSize: number;
  remainingSize: number;
  licenseExpiration: string;
  /** Units that POSTs to this simulator took. */
  allocated: number;
}

/** A claimed license of the simulator. */
export interface SimulatedLicense {
  readonly licenseId: string;
  readonly appId: string;
  readonly tsgId: string;
  claimBy: string;
  licenses: SimulatedUnits[];
}

/** Units that POSTs took of one license and SKU. */
export interface AllocatedUnits {
  licenseId: string;
  licenseType: string;
  units: number;
}

/** What a POST asks of a license: units of one SKU for one app. */
export interface Ask {
  appId: string | undefined;
  licenseType: string | undefined;
  size: number;
}

/** The claimed licenses and what is left of them. */
export class Licenses {
  private readonly licenses: SimulatedLicense[] = [];
  constructor(private readonly defaultTsgId: string) {}

  all(): SimulatedLicense[] {
    return [...this.licenses];
  }

  add(input: LicenseOptions): SimulatedLicense {
    const options = licenseSchema.parse(input);
    const license: SimulatedLicense = {
      licenseId: options.licenseId,
      appId: options.appId,
      tsgId: options.tsgId ?? this.defaultTsgId,
      claimBy: options.claimBy ?? "user@example.com",
      licenses: (options.licenses ?? []).map((units) => ({
        ...units,
        remainingSize: units.remainingSize ?? units.purchasedSize,
        licenseExpiration: units.licenseExpiration ?? "2035-01-03 02:06:10",
        allocated: 0,
      })),
    };
    this.licenses.push(license);
    return license;
  }

  /** Takes every license with that id away. */
  remove(licenseId: string): void {
    for (const license of this.of(undefined, licenseId))
      this.licenses.splice(this.licenses.indexOf(license), 1);
  }

  /** The licenses of a TSG (of all when it is undefined), optionally only those with that id. */
  of(tsgId: string | undefined, licenseId?: string): SimulatedLicense[] {
    return this.licenses.filter(
      (license) =>
        (tsgId === undefined || license.tsgId === tsgId) &&
        (licenseId === undefined || license.licenseId === licenseId),
    );
  }

  /** Units that POSTs took, by license and SKU. */
  allocated(): AllocatedUnits[] {
    const sums = new Map<string, AllocatedUnits>();
    for (const { licenseId, licenses } of this.licenses) {
      for (const { licenseType, allocated } of licenses) {
        const key = JSON.stringify([licenseId, licenseType]);
        const sum = sums.get(key) ?? { licenseId, licenseType, units: 0 };
        sum.units += allocated;
        sums.set(key, sum);
      }
    }
    return [...sums.values()].filter((sum) => sum.units > 0);
  }

  /** A booking of units for one request of a TSG: all of it is committed, or none. */
  book(tsgId: string): Booking {
    return new Booking((licenseId) => this.of(tsgId, licenseId));
  }
}

/** Units set aside for one request. */
export class Booking {
  private readonly taken = new Map<SimulatedUnits, number>();
  constructor(private readonly licensesOf: (licenseId: string) => SimulatedLicense[]) {}

  /** Sets units aside; rows of the same app and SKU count together. @throws Refusal when that cannot be. */
  take(licenseId: string, asks: readonly Ask[]): void {
    const licenses = this.licensesOf(licenseId);
    if (licenses.length === 0) throw new Refusal("license_not_found_in_db");
    const rows = licenses.flatMap((license) => license.licenses);
    for (const ask of asks) this.takeFrom(rows, ask);
  }

  commit(): void {
    for (const [row, units] of this.taken) {
      row.remainingSize -= units;
      row.allocated += units;
    }
  }

  private takeFrom(all: SimulatedUnits[], { appId, licenseType, size }: Ask): void {
    const rows = all.filter((row) => row.appId === appId && row.licenseType === licenseType);
    if (rows.length === 0) {
      throw new Refusal("license_type_not_found", `no ${String(licenseType)} for ${String(appId)}`);
    }
    let open = size;
    for (const row of rows) {
      const taken = this.taken.get(row) ?? 0;
      const units = Math.max(0, Math.min(open, row.remainingSize - taken));
      this.taken.set(row, taken + units);
      open -= units;
    }
    if (open > 0) {
      throw new Refusal("insufficient_license_units", `${String(size)} asked, ${String(size - open)} remain`);
    }
  }
}
