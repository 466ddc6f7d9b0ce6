import { describe } from "vitest";
import type { Fresh } from "../../../support/fresh-store.ts";
import { connect, temporaryPath } from "../../../support/sqlite-files.ts";
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

describe("SQLite: inserting", () => inserting(freshStore));
describe("SQLite: idempotency", () => idempotency(freshStore));
describe("SQLite: claiming", () => claiming(freshStore));
describe("SQLite: fairness", () => fairness(freshStore));
describe("SQLite: suspects", () => suspects(freshStore));
describe("SQLite: commit", () => commit(freshStore));
describe("SQLite: batches", () => batches(freshStore));
describe("SQLite: leases", () => leases(freshStore));
describe("SQLite: listing", () => listing(freshStore));
describe("SQLite: history", () => history(freshStore));
describe("SQLite: definitions", () => definitions(freshStore));
describe("SQLite: housekeeping", () => housekeeping(freshStore));
