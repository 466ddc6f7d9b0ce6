import { describe } from "vitest";
import type { FreshStore } from "../../support/store/fresh-store.ts";
import { assigned } from "./assigned.ts";
import { batches } from "./batches.ts";
import { claiming } from "./claiming.ts";
import { commit } from "./commit.ts";
import { definitions } from "./definitions.ts";
import { effects } from "./effects.ts";
import { fairness } from "./fairness.ts";
import { housekeeping } from "./housekeeping.ts";
import { leases } from "./leases.ts";
import { order } from "./order.ts";
import { history } from "./reading/history.ts";
import { listing } from "./reading/listing.ts";
import { idempotency } from "./starting/idempotency.ts";
import { inserting } from "./starting/inserting.ts";
import { suspects } from "./suspects.ts";

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
