import { JobTooNew } from "../../../model/job/format.ts";
import type { CommitAnswer } from "../../store.ts";
import type { Collections } from "../collections.ts";
import { movesOf } from "../counts/moves.ts";
import type { CommitDocument } from "../documents/change-document.ts";
import { writePayloads } from "../documents/payloads.ts";
import { isOurs, isReadable, readJobs } from "../documents/read-job.ts";
import { budgets, untilAnswered } from "../outcome/retry.ts";
import { writeCommand } from "../outcome/write-command.ts";
import { commitPipeline } from "./commit-pipeline.ts";
import { inRounds } from "./in-rounds.ts";
import { removeCompleted } from "./remove-completed.ts";
import { stamped } from "./stamp.ts";

/** A decision on its way to the job that it changes. */
export interface CommitMember extends CommitDocument {
  readonly id: string;
}

/** Applies commits, an answer each, in order. */
export async function commitJobs(collections: Collections, members: readonly CommitMember[]): Promise<CommitAnswer[]> {
  const answers = new Map<CommitMember, CommitAnswer>();
  await collections.tally.during(async () => {
    const moves = await movesOf(collections, members);
    // Each document finds one change.
    const write = (): Promise<void> =>
      inRounds(
        members,
        ({ id }) => id,
        (round) => commitRound(collections, round, answers),
      );
    await stamped(
      collections,
      members.map(({ id }) => id),
      write,
    );
    for (const [index, member] of members.entries()) {
      const move = moves[index];
      if (answers.get(member)?.kind !== "committed") continue;
      if (move === undefined) collections.tally.doubt();
      else collections.tally.note(move);
    }
  });
  return members.map((member) => answers.get(member) ?? { kind: "gone" });
}

async function commitRound(
  collections: Collections,
  members: readonly CommitMember[],
  answers: Map<CommitMember, CommitAnswer>,
): Promise<void> {
  const ending = members.filter(({ removal }) => removal !== undefined);
  const others = members.filter(({ removal }) => removal === undefined);
  await Promise.all([changeRound(collections, others, answers), removeRound(collections, ending, answers)]);
}

/** Those that go with their last change. */
async function removeRound(
  collections: Collections,
  members: readonly CommitMember[],
  answers: Map<CommitMember, CommitAnswer>,
): Promise<void> {
  if (members.length === 0) return;
  const jobs = members.map(({ id, change: { expected, set }, removal }) => {
    return { id, expected, commit: set.commit ?? "", ...removal };
  });
  const removed = await removeCompleted(collections, jobs);
  for (const member of members) if (removed.has(member.id)) answers.set(member, committed(member));
  const left = members.filter(({ id }) => !removed.has(id));
  if (left.length > 0) for (const [member, answer] of await lookUp(collections, left)) answers.set(member, answer);
}

async function changeRound(
  collections: Collections,
  members: readonly CommitMember[],
  answers: Map<CommitMember, CommitAnswer>,
): Promise<void> {
  if (members.length === 0) return;
  const refusal = await update(collections, members);
  if (refusal === undefined) {
    for (const member of members) answers.set(member, committed(member));
    return;
  }
  if (refusal.reason !== undefined && members.length > 1) {
    for (const member of members) await changeRound(collections, [member], answers); // one of them made the others fail
    return;
  }
  const { reason } = refusal;
  for (const [member, answer] of await lookUp(collections, members))
    answers.set(member, answer.kind === "conflict" && reason !== undefined ? { kind: "refused", reason } : answer);
}

function committed({ change }: CommitMember): CommitAnswer {
  return { kind: "committed", version: change.expected + 1 };
}

/** Undefined where all were applied; else some were not, for the reason given or because their versions differ. */
async function update(
  collections: Collections,
  members: readonly CommitMember[],
): Promise<{ readonly reason?: string } | undefined> {
  const { db, names } = collections;
  const ids = members.map(({ id }) => id);
  const u = commitPipeline(
    ids,
    members.map(({ change }) => change),
  );
  const payloads = members.flatMap((member) => member.payloads);
  const reply = await untilAnswered(budgets.write, async () => {
    await writePayloads(collections, payloads);
    return writeCommand(db, { update: names.jobs, updates: [{ q: { _id: { $in: ids } }, u, multi: true }] });
  });
  const [error] = reply.errors;
  if (error !== undefined) return { reason: error.message };
  return reply.modified === members.length ? undefined : {};
}

/** What the server has of jobs of which not all took their change. The token tells ours also when an earlier try of it was applied. */
async function lookUp(
  collections: Collections,
  members: readonly CommitMember[],
): Promise<Map<CommitMember, CommitAnswer>> {
  const ids = members.map(({ id }) => id);
  const { documents, jobs } = await untilAnswered(budgets.write, async () => {
    const projection = { history: 0, start: 0, claim: 0 };
    const found = (await collections.jobs.find({ _id: { $in: ids } }, { projection }).toArray()).filter(isOurs);
    return { documents: found, jobs: await readJobs(collections, found) };
  });
  const byId = new Map(documents.map((document) => [document._id, document]));
  const current = new Map(jobs.map((job) => [job.id, job]));
  return new Map(
    members.map((member): [CommitMember, CommitAnswer] => {
      const found = byId.get(member.id);
      if (
        found !== undefined &&
        found.commit === member.change.set.commit &&
        found.version === member.change.expected + 1
      )
        return [member, committed(member)];
      const job = current.get(member.id);
      if (job !== undefined) return [member, { kind: "conflict", current: job }];
      if (found === undefined || isReadable(found)) return [member, { kind: "gone" }];
      return [member, { kind: "too_new", error: new JobTooNew(member.id, found) }];
    }),
  );
}
