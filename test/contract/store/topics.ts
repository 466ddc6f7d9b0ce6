import { describe } from "vitest";
import type { FreshStore } from "../../support/store/fresh-store.ts";
import { assigned } from "./assigned.ts";
import { batches } from "./batches.ts";
import { claiming } from "./claiming/claiming.ts";
import { fairness } from "./claiming/fairness.ts";
import { order } from "./claiming/order.ts";
import { suspects } from "./claiming/suspects.ts";
import { commit } from "./commit.ts";
import { definitions } from "./definitions.ts";
import { effects } from "./effects.ts";
import { housekeeping } from "./housekeeping.ts";
import { leases } from "./leases.ts";
import { offers } from "./offers.ts";
import { history } from "./reading/history.ts";
import { listing } from "./reading/listing.ts";
import { idempotency } from "./starting/idempotency.ts";
import { inserting } from "./starting/inserting.ts";

const topics = {
  inserting,
  idempotency,
  claiming,
  assigned,
  fairness,
  order,
  suspects,
  commit,
  batches,
  effects,
  offers,
  leases,
  listing,
  history,
  definitions,
  housekeeping,
};

/** What every store promises, held against one adapter. */
export function storeContract(adapter: string, freshStore: FreshStore): void {
  for (const [name, topic] of Object.entries(topics)) {
    describe(`${adapter}: ${name}`, () => {
      topic(freshStore);
    });
  }
}
