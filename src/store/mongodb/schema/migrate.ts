import { StartError } from "../../../model/errors.ts";
import type { Collections } from "../collections.ts";
import { budgets, untilAnswered } from "../outcome/retry.ts";
import { durable } from "../outcome/write-command.ts";
import { indexes } from "./indexes.ts";

/** Version of the collections and indexes that this program makes, and the oldest program's version that can work with them. */
const newest = { version: 2, readableFrom: 1 } as const;

/**
 * Brings the database to the newest schema. An empty one is made by whoever comes first: every step can be done twice, and by two at once.
 * Throws `StartError` for a schema that is too new, or older while `allowed` is false.
 */
export async function migrateSchema(collections: Collections, allowed: boolean): Promise<void> {
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
  await untilAnswered(budgets.write, () => createIndexes(collections)); // also where somebody dropped one: nothing works without
  if (version >= newest.version) return;
  await untilAnswered(budgets.write, () =>
    schema.updateOne({ _id: "version" }, { $max: newest }, { upsert: true, writeConcern: durable }),
  );
}

async function createIndexes(collections: Collections): Promise<void> {
  for (const name of ["jobs", "payloads", "definitions"] as const) {
    const own = indexes.filter((index) => index.of === name).map(({ of: _of, ...index }) => index);
    await collections[name].createIndexes(own);
  }
}
