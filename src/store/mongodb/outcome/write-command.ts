import { type Db, type Document, MongoServerError } from "mongodb";

/** Nothing is acknowledged before a majority of the members has it in its journal. */
export const durable = { w: "majority", j: true } as const;

/** How long the server may take for one command, and a majority to confirm it, in ms; then the outcome is unknown and it is asked again. */
const withinMs = 8000;

/**
 * Codes that are about a document and will be again: BadValue 2, FailedToParse 9, TypeMismatch 14, InvalidBSON 22, DuplicateKey 11000, DocumentValidationFailure 121,
 * Overflow 15, BSONObjectTooLarge 10334, and a pipeline whose result is too large 17419, 17420. Everything else says something of the server.
 */
const aboutDocuments: ReadonlySet<number> = new Set([2, 9, 14, 15, 22, 121, 10334, 11000, 17419, 17420]);

export interface MemberError {
  readonly index: number;
  readonly code: number;
  readonly message: string;
}

export interface WriteReply {
  /** Documents inserted, matched or deleted. */
  readonly n: number;
  /** Documents that an update changed. */
  readonly modified: number;
  /** Members that the server refused, each alone. */
  readonly errors: readonly MemberError[];
}

/**
 * One write command with durable acknowledgement, without the driver's bulk machinery (a third of the client's time per row).
 * Throws where the outcome is unknown: also when a majority did not confirm in time.
 */
export async function writeCommand(db: Db, command: Document): Promise<WriteReply> {
  const writeConcern = { ...durable, wtimeout: withinMs };
  const reply = await db.command({ ...command, maxTimeMS: withinMs, writeConcern });
  const concern = reply["writeConcernError"] as { readonly code?: number; readonly errmsg?: string } | undefined;
  if (concern !== undefined)
    throw new MongoServerError({ ...concern, code: 64, message: `not confirmed: ${concern.errmsg ?? ""}` });
  const found = (reply["writeErrors"] ?? []) as readonly { index: number; code: number; errmsg: string }[];
  const errors = found.map(({ index, code, errmsg }) => ({ index, code, message: errmsg }));
  const other = errors.find(({ code }) => !aboutDocuments.has(code));
  if (other !== undefined) throw new MongoServerError({ code: other.code, message: other.message });
  return { n: Number(reply["n"] ?? 0), modified: Number(reply["nModified"] ?? 0), errors };
}
