import type { Renewal } from "../../../model/decision/decision.ts";
import type { Ephemeral, JobExtras } from "../../../model/job/extras.ts";
import { type Job, visibleStatus } from "../../../model/job/job.ts";
import type { Commit } from "../../store.ts";
import { effectFields, taskTexts } from "./job-document.ts";
import { type Weighed, weigh } from "./payloads.ts";
import { type Queue, queueOf } from "./queues.ts";
import type { JobDocument } from "./stored-job.ts";
import type { Payload, Text } from "./text.ts";

/** What a commit sends to the server for one job; `commands/commit-pipeline.ts` merges it there. */
export interface ChangeDocument {
  /** The version that the job must have. */
  readonly expected: number;
  readonly keepsLease: boolean;
  /** If no worker has the job afterwards: that of the group of its own priority and topic. */
  readonly queue?: Queue;
  /** `shown` if a worker has it afterwards. */
  readonly shownLeased: JobDocument["shown"];
  /** Fields that the change sets; of those that a change carries, a missing one is removed. */
  readonly set: Partial<JobDocument>;
  readonly tasks: Readonly<Record<string, Text>>;
  /** These are all tasks that the job has. */
  readonly replacesTasks: boolean;
  readonly history: readonly string[];
  /** The job has those effects that stand in `set`, or none; absent: as it was. */
  readonly replacesEffects?: true;
  /** The job has those offers that stand in `set`, or none; absent: as it was. */
  readonly replacesOffers?: true;
  /** The job has those labels that stand in `set`, or none; absent: as it was. */
  readonly replacesLabels?: true;
  /** Merged into what the job has. */
  readonly extras?: JobExtras;
}

export interface CommitDocument extends Weighed {
  readonly change: ChangeDocument;
  /** The job before. */
  readonly was?: Job;
  /** The job goes, whatever else stands in the change. */
  readonly removal?: Ephemeral;
}

/** Throws where the change is no JSON or too large for a store. */
export function commitDocument(asked: Commit, commit: string): CommitDocument {
  const { removal } = asked.change;
  const was = asked.was === undefined ? {} : { was: asked.was };
  if (removal === undefined) return { ...changingDocument(asked, commit), ...was };
  const { expectedVersion, change } = asked;
  const nothing = { ...change, tasks: [], history: [] }; // it is not written
  return { ...changingDocument({ expectedVersion, change: nothing }, commit), ...was, removal };
}

function changingDocument({ expectedVersion, change }: Commit, commit: string): CommitDocument {
  const payloads: Payload[] = [];
  const tasks = taskTexts(change.jobId, change.tasks, payloads);
  const queue = queueOf({ lost: change.lost, ...(change.readyAt !== undefined && { readyAt: change.readyAt }) });
  const set: Partial<JobDocument> = {
    status: change.status,
    version: expectedVersion + 1,
    lost: change.lost,
    lostRecorded: change.lostRecorded,
    bytes: change.bytes,
    commit,
    ...(change.error !== undefined && { error: change.error }),
    ...(change.readyAt !== undefined && { readyAt: change.readyAt }),
    ...(change.deadlineAt !== undefined && { deadlineAt: change.deadlineAt }),
    ...(change.startedAt !== undefined && { startedAt: change.startedAt }),
    ...(change.finishedAt !== undefined && { finishedAt: change.finishedAt }),
    ...(change.waiting !== undefined && { waiting: change.waiting }),
    ...(change.labels !== undefined && change.labels.length > 0 && { labels: change.labels }),
    ...(change.renewal !== undefined && renewalFields(change.renewal)),
    ...(change.offers !== undefined && change.offers.length > 0 && { offers: change.offers }),
    ...(change.effects !== undefined && effectFields(change.jobId, change.effects, payloads)),
  };
  const history = change.history.length === 0 ? [] : [JSON.stringify(change.history)];
  return {
    change: {
      expected: expectedVersion,
      keepsLease: change.lease === "keep",
      ...(queue !== undefined && { queue }),
      shownLeased: visibleStatus({ status: change.status, lease: { worker: "", fence: 0 } }),
      set,
      tasks,
      replacesTasks: change.renewal?.tasks === "replaced",
      history,
      ...(change.effects !== undefined && { replacesEffects: true }),
      ...(change.offers !== undefined && { replacesOffers: true }),
      ...(change.labels !== undefined && { replacesLabels: true }),
      ...(change.extras !== undefined && { extras: change.extras }),
    },
    ...weigh([...Object.values(tasks), ...history, ...(set.effects === undefined ? [] : [set.effects])], payloads),
  };
}

function renewalFields({ run, fence, workflow, format, topic }: Renewal): Partial<JobDocument> {
  const { version, digest } = workflow;
  return {
    run,
    fence,
    workflowVersion: version,
    digest,
    ...(format !== undefined && { format }),
    ...(topic !== undefined && { topic }),
  };
}
