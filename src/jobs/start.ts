import { decide } from "../engine/decide.ts";
import { WorkflowsError } from "../model/errors.ts";
import { type JobId, keyedJobId, newJobId, sha256Hex } from "../model/ids.ts";
import { evolve } from "../model/job/evolve.ts";
import { formatFor } from "../model/job/format.ts";
import type { Job } from "../model/job/job.ts";
import type { ParentRef } from "../model/job/outward/effect.ts";
import { canonicalJson, type JsonObject } from "../model/json.ts";
import { topicFor } from "../model/takes.ts";
import type { Workflow } from "../model/workflow.ts";
import type { InsertAnswer, NewJob } from "../store/store.ts";
import { workflowNotFound } from "./definitions/not-found.ts";
import type { Deps } from "./deps.ts";
import { insertPlaced } from "./placement/placed-insert.ts";
import type { Reservation } from "./placement/placement.ts";
import { longestWaitMs } from "./placement/room-queue.ts";

export interface StartAsk {
  readonly workflow: string;
  readonly input: JsonObject;
  /** The same key and input again answer with the same job. */
  readonly idempotencyKey?: string;
  /** The newest version must be at least this. */
  readonly minVersion?: number;
  /** The job begins then, epoch ms; past: at once. */
  readonly notBefore?: number;
  /** 1 to 9, and 9 is first; absent: as the workflow says. */
  readonly priority?: number;
  /** Told of the id before the job is stored under it, so that nothing of it is missed; again, where it became another. */
  readonly onId?: (id: JobId) => void;
}

export interface Started {
  readonly id: JobId;
  /** The job was there already, from an earlier start with the same key and input. */
  readonly replayed: boolean;
  /** The job goes when it has completed. */
  readonly ephemeral?: true;
}

/** A start that another job owes: it is under that id that it is done once, however often it is tried. */
export interface OwedStart {
  readonly id: JobId;
  /** Absent: the newest. */
  readonly version?: number;
  readonly parent?: ParentRef;
  /** Of one that is started because another failed: `StartJob.afterFailures`. */
  readonly afterFailures?: number;
}

/**
 * Starts a job: durable when this resolves. Throws `WorkflowsError` workflow_not_found, missing_input_parameters,
 * input_too_large, idempotency_conflict, overloaded, store_unavailable.
 */
export async function startJob(deps: Deps, ask: StartAsk, owed?: OwedStart): Promise<Started> {
  const workflow = await workflowFor(deps, ask, owed);
  const bytes = checkInput(deps, workflow, ask.input);
  for (;;) {
    const start = decideStart(deps, workflow, ask, bytes, owed);
    ask.onId?.(start.job.id);
    const started = startedBy(deps, start, await insert(deps, start), owed !== undefined);
    if (started === "again") continue;
    if (started instanceof WorkflowsError) throw started;
    return started;
  }
}

/** The newest version of the workflow, or the one that is owed. Throws workflow_not_found. */
export async function workflowFor(
  { catalog }: Deps,
  ask: Pick<StartAsk, "workflow" | "minVersion">,
  owed?: OwedStart,
): Promise<Workflow> {
  const workflow =
    owed === undefined
      ? await catalog.find(ask.workflow, ask.minVersion)
      : await catalog.named(ask.workflow, owed.version);
  if (workflow === undefined) throw workflowNotFound(catalog, ask, owed?.version);
  return workflow;
}

/** What came of an insert; `again`: the id was another job's by chance, and the next will be free. */
export function startedBy(
  deps: Deps,
  { job }: NewJob,
  answer: InsertAnswer,
  owed = false,
): Started | WorkflowsError | "again" {
  const { id, bodyDigest, ephemeral } = job;
  const told = ephemeral === undefined ? {} : ({ ephemeral: true } as const);
  switch (answer.kind) {
    case "inserted":
      if (job.effects !== undefined) deps.delivery?.owed(job);
      deps.changes?.tell({ job });
      return { id, replayed: false, ...told };
    case "exists":
      if (owed) return { id, replayed: true, ...told };
      if (bodyDigest === undefined) return "again";
      if (answer.bodyDigest === bodyDigest) return { id, replayed: true, ...told };
      return new WorkflowsError("idempotency_conflict", "This Idempotency-Key was used with other input parameters");
    case "refused":
      return new WorkflowsError("input_too_large", `The job cannot be stored: ${answer.reason}`);
    default:
      return answer satisfies never;
  }
}

/** Answers the input's size in bytes. Throws missing_input_parameters, input_too_large. */
export function checkInput(deps: Deps, workflow: Workflow, input: JsonObject): number {
  requireInputs(workflow, input);
  const bytes = Buffer.byteLength(JSON.stringify(input));
  const { maxInputBytes } = deps.moment().limits;
  if (bytes > maxInputBytes)
    throw new WorkflowsError(
      "input_too_large",
      `The input has ${bytes} bytes, over the limit of ${maxInputBytes} (max_input_bytes)`,
    );
  return bytes;
}

/** Throws missing_input_parameters. */
export function requireInputs(workflow: Workflow, input: JsonObject): void {
  const missing = workflow.inputParameters.filter((name) => !Object.hasOwn(input, name));
  if (missing.length === 0) return;
  throw new WorkflowsError("missing_input_parameters", `Missing input parameters: [${missing.join(" ")}]`, {
    details: missing.map((name) => ({ at: "", message: `The workflow needs the input parameter "${name}"` })),
  });
}

/** The job as its start makes it. `bytes`: of its input, which is checked. */
export function decideStart(deps: Deps, workflow: Workflow, ask: StartAsk, bytes: number, owed?: OwedStart): NewJob {
  const moment = deps.moment();
  const { name, version, digest } = workflow;
  const order = orderOf(workflow, ask);
  const isKeyed = ask.idempotencyKey !== undefined || owed !== undefined;
  const blank: Job = {
    id: owed?.id ?? (ask.idempotencyKey === undefined ? newJobId(moment.nowMs) : keyedJobId(name, ask.idempotencyKey)),
    format: formatFor(workflow, { isStartedByJob: owed !== undefined, ...order }),
    workflow: { name, version, digest },
    status: "pending",
    run: 1,
    input: ask.input,
    // Of an owed start too: what is removed leaves a tombstone then, and a late repetition starts nothing.
    ...(isKeyed && { bodyDigest: sha256Hex(canonicalJson(ask.input)) }),
    tasks: [],
    version: 0,
    fence: 0,
    lost: 0,
    lostRecorded: 0,
    createdAt: moment.nowMs,
    bytes,
    ...(owed?.parent !== undefined && { parent: owed.parent }),
    ...order,
    ...(owed?.afterFailures !== undefined && { afterFailures: owed.afterFailures }),
    ...(workflow.ephemeral &&
      !deps.ephemeral.keep && {
        ephemeral: isKeyed ? { keyUntil: moment.nowMs + deps.ephemeral.idempotencyWindowMs } : {},
      }),
  };
  const { notBefore } = ask;
  const event = { kind: "start", ...(notBefore !== undefined && { dueAt: notBefore }) } as const;
  const decision = decide(workflow, blank, event, moment);
  if (decision.kind === "ignored") throw new Error(`A new job cannot be started: ${decision.reason}`);
  const { history, offers } = decision;
  return { job: evolve(blank, decision, 1), history, ...(offers !== undefined && { offers }) };
}

function orderOf(workflow: Workflow, ask: StartAsk): Pick<Job, "priority" | "maxRunning" | "topic"> {
  const { maxRunning } = workflow;
  const priority = ask.priority ?? workflow.priority;
  return {
    ...(priority !== undefined && { priority }),
    ...(maxRunning !== undefined && { maxRunning }),
    ...topicFor(workflow),
  };
}

/** Inserts the job, with the lease of this process's worker where that has a place for it. */
async function insert(deps: Deps, start: NewJob): Promise<InsertAnswer> {
  const { readyAt, maxRunning } = start.job;
  const isDue = readyAt !== undefined && readyAt <= deps.moment().nowMs;
  // What waits for a time needs no worker yet, and where a cap counts, claims count.
  const reservation = isDue && maxRunning === undefined ? await place(deps, start.job) : undefined;
  return insertPlaced(deps, start, reservation);
}

/**
 * A place for the job, at once or after a moment: where workers are busy and slots come free all the time, a start that waits for one costs
 * less, in all, than a claim later.
 */
async function place({ placement }: Deps, job: Job): Promise<Reservation | undefined> {
  for (let waitedMs = 0; ; ) {
    const reservation = placement?.reserve(job);
    if (reservation !== undefined || waitedMs >= longestWaitMs) return reservation;
    const soon = placement?.roomSoon?.(job);
    if (soon === undefined) return undefined;
    const since = performance.now();
    await soon; // another may have been faster
    waitedMs += Math.max(1, performance.now() - since);
  }
}
