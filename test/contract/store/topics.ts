import { describe, onTestFinished } from "vitest";
import { expectCounted } from "../../support/store/counted.ts";
import type { FreshStore } from "../../support/store/fresh-store.ts";
import { assigned } from "./assigned.ts";
import { batches } from "./batches.ts";
import { claiming } from "./claiming/claiming.ts";
import { fairness } from "./claiming/fairness.ts";
import { order } from "./claiming/order.ts";
import { suspects } from "./claiming/suspects.ts";
import { taking } from "./claiming/taking.ts";
import { commit } from "./commit.ts";
import { definitions } from "./definitions.ts";
import { effects } from "./effects.ts";
import { housekeeping } from "./housekeeping.ts";
import { leases } from "./leases.ts";
import { offers } from "./offers.ts";
import { changes } from "./reading/changes.ts";
import { counting } from "./reading/counting.ts";
import { finding } from "./reading/finding.ts";
import { history } from "./reading/history.ts";
import { listing } from "./reading/listing.ts";
import { steps } from "./reading/steps.ts";
import { unreadable } from "./reading/unreadable.ts";
import { removal } from "./removal.ts";
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
  taking,
  commit,
  batches,
  effects,
  offers,
  leases,
  listing,
  finding,
  counting,
  changes,
  history,
  steps,
  unreadable,
  definitions,
  housekeeping,
  removal,
};

/** At the end of every test the kept counts are those that reading all jobs gives: no write may forget them. */
function counted(freshStore: FreshStore): FreshStore {
  return async () => {
    const fresh = await freshStore();
    onTestFinished(() => expectCounted(fresh.store));
    return fresh;
  };
}

/** What every store promises, held against one adapter. */
export function storeContract(adapter: string, freshStore: FreshStore): void {
  for (const [name, topic] of Object.entries(topics)) {
    describe(`${adapter}: ${name}`, () => {
      topic(counted(freshStore));
    });
  }
}
