import { catalog } from "./catalog";
import type { Catalog } from "./catalog-types";
import type { BrokerCall } from "./session";
import { numberedIds, type WrittenIds } from "./written-ids";

/** The catalog with the ETag that it came with. */
interface Known {
  catalog: Catalog;
  etag: string;
}

/** Makes the calls for one broker's catalog. A broker that gave an ETag is asked only whether it has changed. */
export function createCatalogCalls(ids: WrittenIds): () => BrokerCall<Catalog> {
  let known: Known | undefined;
  return () => {
    const before = known;
    return {
      method: "GET",
      path: "/v2/catalog",
      headers: before && { "If-None-Match": before.etag },
      successes: before ? [200, 304] : [200],
      read({ status, etag, read }) {
        if (before && status === 304) return before.catalog;
        const latest = read(catalog);
        ids.take(read(numberedIds));
        known = etag === undefined ? undefined : { catalog: latest, etag };
        return latest;
      },
    };
  };
}
