import type { Collections, Permit } from "../collections.ts";
import type { JobDocument } from "../documents/stored-job.ts";
import { budgets, untilAnswered } from "../outcome/retry.ts";
import { durable, writeCommand } from "../outcome/write-command.ts";
import type { ReadyJob } from "./ready-jobs.ts";

/** A permit that nobody has used for so long is taken back, in ms: whoever asked for it is gone, or will find that the job has changed. */
const unusedMs = 5000;

const roundsAtMost = 8;

export interface Permitted {
  /** Those that may be taken: the uncapped, and those that have a permit, for the version that they have. */
  readonly jobs: readonly ReadyJob[];
  /** Workflows of which some have none. */
  readonly capped: readonly string[];
}

/**
 * Asks for a permit for each job of a workflow that may have only so many with workers at once. A workflow's permits stand in one document: each names a job
 * and the version under which a worker may take it. A permit is good as long as a worker has the job, or may still take it under that version; as every
 * lease and every write makes the version higher, what is neither is over for good, and nobody has to give it back. The document is replaced by compare-and-set on
 * `rev`, so of two that counted the same permits one counts again. So there are never more jobs with workers than permits, whoever dies in between.
 */
export async function permitted(
  collections: Collections,
  token: string,
  nowMs: number,
  jobs: readonly ReadyJob[],
): Promise<Permitted> {
  const byWorkflow = Map.groupBy(
    jobs.filter(({ maxRunning }) => maxRunning !== undefined),
    ({ workflow }) => workflow,
  );
  if (byWorkflow.size === 0) return { jobs, capped: [] };
  const granted = new Set<string>();
  const capped: string[] = [];
  await Promise.all(
    [...byWorkflow].map(async ([workflow, own]) => {
      const ids = await ofWorkflow(collections, { workflow, token, nowMs }, own);
      for (const id of ids) granted.add(id);
      if (ids.length < own.length) capped.push(workflow);
    }),
  );
  return { jobs: jobs.filter(({ _id, maxRunning }) => maxRunning === undefined || granted.has(_id)), capped };
}

/**
 * How many more jobs may be taken of each workflow whose first job says that only so many may; an estimate, which asks for nothing. A permit that nobody used in
 * time leaves room, because asking for one takes it back.
 */
export async function roomUnderCaps(
  collections: Collections,
  nowMs: number,
  firstJobs: readonly ReadyJob[],
): Promise<Map<string, number>> {
  const caps = firstJobs.flatMap(({ workflow, maxRunning }) =>
    maxRunning === undefined ? [] : [{ workflow, maxRunning }],
  );
  if (caps.length === 0) return new Map();
  const found = await collections.permits.find({ _id: { $in: caps.map(({ workflow }) => workflow) } }).toArray();
  const states = await statesOf(
    collections,
    found.flatMap(({ permits }) => permits),
  );
  const isGood = (permit: Permit): boolean => goodness(permit, states.get(permit.job), nowMs) === "good";
  const used = new Map(found.map(({ _id, permits }) => [_id, permits.filter(isGood).length]));
  return new Map(
    caps.map(({ workflow, maxRunning }) => [workflow, Math.max(0, maxRunning - (used.get(workflow) ?? 0))]),
  );
}

interface Ask {
  readonly workflow: string;
  /** Of this claim: a permit that an earlier try of it was granted is its own. */
  readonly token: string;
  readonly nowMs: number;
}

async function ofWorkflow(collections: Collections, ask: Ask, jobs: readonly ReadyJob[]): Promise<string[]> {
  for (let round = 1; round <= roundsAtMost; round += 1) {
    const ids = await untilAnswered(budgets.write, () => once(collections, ask, jobs));
    if (ids !== undefined) return ids;
  }
  return []; // others are at it: the next claim asks again
}

/** Undefined where somebody else was faster. */
async function once(
  collections: Collections,
  { workflow, token, nowMs }: Ask,
  jobs: readonly ReadyJob[],
): Promise<string[] | undefined> {
  const { permits, db, names } = collections;
  const found = await permits.findOne({ _id: workflow });
  const good = await stillGood(collections, found?.permits ?? [], nowMs);
  const own = new Set(good.filter((permit) => permit.token === token).map(({ job }) => job));
  const known = new Set(good.map(({ job }) => job));
  const fresh: Permit[] = [];
  for (const { _id, version, maxRunning = 0 } of jobs)
    if (!known.has(_id) && good.length + fresh.length < maxRunning) fresh.push({ job: _id, version, token, at: nowMs });
  const answer = jobs.map(({ _id }) => _id).filter((id) => own.has(id) || fresh.some(({ job }) => job === id));
  if (fresh.length === 0) return answer;
  const next = { rev: (found?.rev ?? 0) + 1, permits: [...good, ...fresh] };
  const written =
    found === null
      ? await writeCommand(db, { insert: names.permits, documents: [{ _id: workflow, ...next }] })
      : await writeCommand(db, {
          update: names.permits,
          updates: [{ q: { _id: workflow, rev: found.rev }, u: { $set: next } }],
        });
  const isWritten = written.errors.length === 0 && (found === null || written.modified === 1);
  return isWritten ? answer : undefined;
}

/** Those whose jobs a worker has, or may still take. */
async function stillGood(collections: Collections, permits: readonly Permit[], nowMs: number): Promise<Permit[]> {
  const states = await statesOf(collections, permits);
  const good: Permit[] = [];
  for (const permit of permits) {
    const found = goodness(permit, states.get(permit.job), nowMs);
    if (found === "good" || (found === "unused" && !(await withdraw(collections, permit)))) good.push(permit);
  }
  return good;
}

type State = Pick<JobDocument, "version" | "owner">;

async function statesOf({ jobs }: Collections, permits: readonly Permit[]): Promise<Map<string, State>> {
  if (permits.length === 0) return new Map();
  const ids = permits.map(({ job }) => job);
  const projection = { version: 1, owner: 1 };
  const found = await jobs.find({ _id: { $in: ids } }, { projection, hint: { _id: 1 } }).toArray();
  return new Map(found.map((job) => [job._id, job]));
}

function goodness({ version, at }: Permit, job: State | undefined, nowMs: number): "good" | "unused" | "over" {
  if (job === undefined) return "over";
  if (job.owner !== undefined) return "good";
  if (job.version !== version) return "over";
  return nowMs - at < unusedMs ? "good" : "unused";
}

/** Makes it useless: the job has another version from then on, under which nobody may take it yet. */
async function withdraw({ jobs }: Collections, { job, version }: Permit): Promise<boolean> {
  const q = { _id: job, version, owner: { $exists: false } };
  const { modifiedCount } = await jobs.updateOne(
    q,
    { $inc: { version: 1 } },
    { hint: { _id: 1 }, writeConcern: durable },
  );
  return modifiedCount === 1;
}
