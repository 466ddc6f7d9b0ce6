import type { Refused, TaskColumns, Writes } from "./protocol.ts";
import type { WriteQueue } from "./write-queue.ts";

/** Characters of JSON that one job, or one change of a job, may bring; no less than what other stores take. */
const longestRow = 16 * 1024 * 1024;

/** Rows of one call that are written by one batch; more are split over several. */
const rowsAtOnce = 256;

type Kind = "insert" | "commit";
type Row<K extends Kind> = Writes[K]["ask"][number];
type RowResult<K extends Kind> = Writes[K]["answer"][number] | Refused;

/** Writes members as rows, an answer each, in order. What cannot be made a row is refused without being sent. */
export async function writeRows<K extends Kind, Member>(
  writes: WriteQueue,
  kind: K,
  members: readonly Member[],
  rowOf: (member: Member) => Row<K>,
): Promise<RowResult<K>[]> {
  const rows = members.map((member) => rowOrRefusal(() => rowOf(member)));
  const sent = rows.filter((row): row is Sized<Row<K>> => "row" in row);
  const results = await send(writes, kind, sent);
  let next = 0;
  return rows.map((row) => {
    if ("refused" in row) return row;
    const result = results[next++];
    if (result === undefined) throw new Error(`The store gave too few answers to ${kind}`);
    return result;
  });
}

interface Sized<R> {
  readonly row: R;
  readonly length: number;
}

function rowOrRefusal<R extends Row<Kind>>(make: () => R): Sized<R> | Refused {
  let row: R;
  try {
    row = make();
  } catch (error) {
    return { refused: `It is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const length = lengthOf(row);
  if (length > longestRow) return { refused: `It has ${length} characters of JSON, over the limit of ${longestRow}` };
  return { row, length };
}

function lengthOf(row: Row<Kind>): number {
  const input = row.columns[21];
  const effects = "rare" in row ? row.rare?.[1] : "effects" in row ? row.effects?.[0] : undefined;
  return lengthOfText(input) + lengthOfText(row.history) + lengthOfText(effects) + tasksLength(row.tasks);
}

function lengthOfText(text: string | number | null | undefined): number {
  return typeof text === "string" ? text.length : 0;
}

function tasksLength(tasks: readonly TaskColumns[]): number {
  let length = 0;
  for (const [, , body] of tasks) length += body.length;
  return length;
}

async function send<K extends Kind>(
  writes: WriteQueue,
  kind: K,
  rows: readonly Sized<Row<K>>[],
): Promise<Writes[K]["answer"][number][]> {
  const pieces = [];
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    const piece = rows.slice(start, start + rowsAtOnce);
    const bytes = piece.reduce((sum, { length }) => sum + length, 0);
    pieces.push({ ask: piece.map(({ row }) => row) as Writes[K]["ask"], members: piece.length, bytes });
  }
  return (await writes.writePieces(kind, pieces)).flat();
}
