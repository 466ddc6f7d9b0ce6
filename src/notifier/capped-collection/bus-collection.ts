import { type Binary, type CollectionInfo, type Db, type Document, MongoServerError, Timestamp } from "mongodb";

/** A capped collection for hints, as it stands now. */
export interface Bus {
  readonly database: Db;
  readonly name: string;
  /** Of this very collection: one that was made anew under its name has another. */
  readonly uuid: Binary;
}

/** What stands under a name. */
type Found = { readonly kind: "missing" | "ordinary" } | { readonly kind: "capped"; readonly bus: Bus };

/** The collection is there and is not capped: it is somebody's data, and hints have no place. */
export class NotCapped extends Error {
  /** MongoDB's own code for a tailable cursor on such a collection (BadValue). */
  readonly code = 2;

  constructor(name: string) {
    super(`The collection ${name} is not a capped one`);
  }
}

const firstName = "jobs";
const nameBesideOrdinary = "jobs_bus";

const namespaceExists = 48;

/**
 * The name of the collection for hints: `jobs`; where an ordinary collection has that name, `jobs_bus`. Makes it, with that size,
 * where it is missing; one that is there stays as it is, and no ordinary one is written, converted or dropped.
 */
export async function busCollection(database: Db, { sizeBytes }: { readonly sizeBytes: number }): Promise<string> {
  const first = await find(database, firstName);
  // Where `jobs` is gone since `jobs_bus` was made, processes may still be listening there.
  const beside = first.kind === "capped" ? undefined : await find(database, nameBesideOrdinary);
  const name = first.kind === "ordinary" || beside?.kind === "capped" ? nameBesideOrdinary : firstName;
  const found = (name === firstName ? first : beside) ?? first;
  if (found.kind === "missing") await create(database, name, sizeBytes);
  return name;
}

/** What stands under that name. */
async function find(database: Db, name: string): Promise<Found> {
  const [info] = await database.listCollections({ name }, { nameOnly: false }).toArray();
  if (info === undefined) return { kind: "missing" };
  const { options, info: { uuid } = {} }: CollectionInfo = info;
  const capped = (options as { readonly capped?: unknown } | undefined)?.capped === true;
  return capped && uuid !== undefined ? { kind: "capped", bus: { database, name, uuid } } : { kind: "ordinary" };
}

/** Finds the collection, or makes it. Throws `NotCapped`. */
export async function findOrCreate(database: Db, name: string, sizeBytes: number): Promise<Bus> {
  let found = await find(database, name);
  if (found.kind === "missing") {
    await create(database, name, sizeBytes);
    found = await find(database, name);
  }
  if (found.kind !== "capped") throw new NotCapped(name);
  return found.bus;
}

/** Makes it with one document in it: a tailable cursor on an empty collection ends at once. */
async function create(database: Db, name: string, sizeBytes: number): Promise<void> {
  try {
    await database.createCollection(name, { capped: true, size: sizeBytes });
  } catch (error) {
    if (!(error instanceof MongoServerError) || error.code !== namespaceExists) throw error; // else another process was faster
  }
  const found = await find(database, name);
  if (found.kind === "capped") await insertInto(found.bus, [{ kind: "seed", at: new Timestamp(0n) }]);
}

/**
 * Inserts hints into that very collection, named by its UUID as well (MongoDB 6.0 and later): where it was dropped meanwhile, the
 * server refuses (361, CollectionUUIDMismatch) instead of making an ordinary collection of the name. Not waited for on the disk or
 * on other members: hints may be lost.
 */
export async function insertInto({ database, name, uuid }: Bus, documents: readonly Document[]): Promise<void> {
  const writeConcern = { w: 1, j: false };
  const answer = await database.command({
    insert: name,
    documents,
    ordered: false,
    writeConcern,
    collectionUUID: uuid,
  });
  const { writeErrors: [first] = [] } = answer as { writeErrors?: { code: number; errmsg: string }[] };
  if (first !== undefined) throw new MongoServerError(first);
}
