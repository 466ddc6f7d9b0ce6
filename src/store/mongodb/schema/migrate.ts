import { StartError } from "../../../model/errors.ts";
import type { Collections } from "../collections.ts";
import { proveWritable } from "../commands/prove-writable.ts";
import { budgets, untilAnswered } from "../outcome/retry.ts";
import { durable } from "../outcome/write-command.ts";
import { buildIndexes } from "./build-indexes.ts";
import { takeIn } from "./take-in.ts";

/** Version of the collections and indexes that this program makes, and the oldest program's version that can work with them. */
const newest = { version: 3, readableFrom: 1 } as const;

/** Runs the building of indexes, which may take far longer than all else about a start. */
export type Building = (build: () => Promise<void>) => Promise<void>;

/**
 * Brings the database to the newest schema. An empty one is made by whoever comes first: every step can be done twice, and by two at once.
 * Throws `StartError` for a schema that is too new, or older while `allowed` is false; `StoreUnavailable` where the database takes no writes.
 */
export async function migrateSchema(collections: Collections, allowed: boolean, building: Building): Promise<void> {
  const { schema, db } = collections;
  const found = await untilAnswered(budgets.read, () => schema.findOne({ _id: "version" }));
  const version = found?.version ?? 0;
  const readableFrom = found?.readableFrom ?? 0;
  if (readableFrom > newest.version)
    throw new StartError(
      3,
      `The database ${db.databaseName} has schema version ${version}, which needs a program that knows version ${readableFrom}; this one knows ${newest.version}. Install a newer release.`,
    );
  if (version > 0 && version < newest.version && !allowed)
    throw new StartError(
      3,
      `The database ${db.databaseName} has schema version ${version}, this program needs ${newest.version}. Run "workflows migrate" once, or start with --automigrate.`,
    );
  // A store that takes no write is none: whoever starts the process hears of it now, from the one who gives up first.
  await proveWritable(collections, budgets.write);
  let wereOthersHere = false;
  await building(async () => {
    wereOthersHere = await buildIndexes(collections); // also where somebody dropped one
  });
  if (version >= newest.version && !wereOthersHere) return;
  await building(() => takeIn(collections, version === 0));
  await untilAnswered(budgets.write, () =>
    schema.updateOne({ _id: "version" }, { $max: newest }, { upsert: true, writeConcern: durable }),
  );
}
