import { setTimeout as delay } from "node:timers/promises";
import type { InsertAnswer } from "../../store.ts";
import type { Collections } from "../collections.ts";
import { standingOf } from "../counts/standing.ts";
import type { InsertDocument } from "../documents/job-document.ts";
import { writePayloads } from "../documents/payloads.ts";
import { budgets, untilAnswered } from "../outcome/retry.ts";
import { type MemberError, writeCommand } from "../outcome/write-command.ts";
import { inRounds } from "./in-rounds.ts";
import { stamped } from "./stamp.ts";

const duplicateKey = 11000;

/** How soon a job that somebody else is writing right now is looked at again. */
const unconfirmedPauseMs = 10;

/** Times that a tombstone whose window is over is removed for a new start, before the id counts as taken. */
const burialsAtMost = 3;

/**
 * Inserts jobs, an answer each. A taken id is told from one that an earlier try of ours took by the token `start`.
 * Nothing is acknowledged, and no job is said to exist, before a majority has it.
 */
export async function insertJobs(
  collections: Collections,
  members: readonly InsertDocument[],
): Promise<InsertAnswer[]> {
  const answers = new Map<InsertDocument, InsertAnswer>();
  // A second start under an id of this batch finds the first one's job.
  const ids = members.map(({ document }) => document._id);
  const { tally } = collections;
  await tally.during(async () => {
    await stamped(collections, ids, () =>
      inRounds(
        members,
        ({ document }) => document._id,
        (round) => insertRound(collections, round, answers),
      ),
    );
    for (const [{ document }, { kind }] of answers) if (kind === "inserted") tally.note({ to: standingOf(document) });
  });
  return members.map((member) => answers.get(member) ?? { kind: "refused", reason: "It was not stored" });
}

async function insertRound(
  collections: Collections,
  members: readonly InsertDocument[],
  answers: Map<InsertDocument, InsertAnswer>,
): Promise<void> {
  let rest = members;
  for (let burials = 0; rest.length > 0; burials++) {
    const taken = await insertOnce(collections, rest, answers);
    rest = await resolveTaken(collections, taken, answers, burials < burialsAtMost);
  }
}

/** Answers those whose ids were taken when the server had its say. */
async function insertOnce(
  collections: Collections,
  members: readonly InsertDocument[],
  answers: Map<InsertDocument, InsertAnswer>,
): Promise<InsertDocument[]> {
  const { db, names } = collections;
  const payloads = members.flatMap((member) => member.payloads);
  const errors = await untilAnswered(budgets.write, async () => {
    await writePayloads(collections, payloads);
    const documents = members.map(({ document }) => document);
    return (await writeCommand(db, { insert: names.jobs, documents, ordered: false })).errors;
  });
  const byIndex = new Map(errors.map((error) => [error.index, error]));
  const taken: InsertDocument[] = [];
  for (const [index, member] of members.entries()) {
    const error: MemberError | undefined = byIndex.get(index);
    if (error === undefined) answers.set(member, inserted(member));
    else if (error.code === duplicateKey) taken.push(member);
    else answers.set(member, { kind: "refused", reason: error.message });
  }
  return taken;
}

function inserted({ document }: InsertDocument): InsertAnswer {
  return { kind: "inserted", leased: document.owner !== undefined };
}

/** Looks who has the ids. Answers those that are free after all. */
async function resolveTaken(
  { jobs }: Collections,
  taken: readonly InsertDocument[],
  answers: Map<InsertDocument, InsertAnswer>,
  mayBury: boolean,
): Promise<InsertDocument[]> {
  if (taken.length === 0) return [];
  const ids = taken.map(({ document }) => document._id);
  const found = await untilAnswered(budgets.write, async () => {
    const projection = { start: 1, bodyDigest: 1, keyUntil: 1, tombstoneUntil: 1 };
    return jobs.find({ _id: { $in: ids } }, { projection, readConcern: { level: "majority" } }).toArray();
  });
  const byId = new Map(found.map((document) => [document._id, document]));
  const free: InsertDocument[] = [];
  for (const member of taken) {
    const { _id, createdAt } = member.document;
    const other = byId.get(_id);
    if (other === undefined)
      free.push(member); // not confirmed yet, or gone again: the next try tells
    else if (other.start === member.document.start) answers.set(member, inserted(member));
    else if (mayBury && other.tombstoneUntil !== undefined && (other.keyUntil ?? other.tombstoneUntil) <= createdAt) {
      const over = { _id, tombstoneUntil: other.tombstoneUntil };
      await untilAnswered(budgets.write, () => jobs.deleteOne(over));
      free.push(member);
    } else answers.set(member, { kind: "exists", bodyDigest: other.bodyDigest });
  }
  if (free.some(({ document }) => !byId.has(document._id))) await delay(unconfirmedPauseMs);
  return free;
}
