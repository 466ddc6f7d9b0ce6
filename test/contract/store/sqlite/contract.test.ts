import { describe } from "vitest";
import type { Fresh } from "../../../support/store/fresh-store.ts";
import { connect, temporaryPath } from "../../../support/store/sqlite-files.ts";
import { batches } from "../batches.ts";
import { claiming } from "../claiming.ts";
import { commit } from "../commit.ts";
import { definitions } from "../definitions.ts";
import { fairness } from "../fairness.ts";
import { history } from "../history.ts";
import { housekeeping } from "../housekeeping.ts";
import { idempotency } from "../idempotency.ts";
import { inserting } from "../inserting.ts";
import { leases } from "../leases.ts";
import { listing } from "../listing.ts";
import { suspects } from "../suspects.ts";

async function freshStore(): Promise<Fresh> {
  const path = await temporaryPath();
  return { store: await connect(path), connect: () => connect(path) };
}

const topics = {
  inserting,
  idempotency,
  claiming,
  fairness,
  suspects,
  commit,
  batches,
  leases,
  listing,
  history,
  definitions,
  housekeeping,
};

for (const [name, topic] of Object.entries(topics)) {
  describe(`SQLite: ${name}`, () => {
    topic(freshStore);
  });
}
