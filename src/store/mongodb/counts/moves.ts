import type { Collections } from "../collections.ts";
import type { CommitDocument } from "../documents/change-document.ts";
import type { JobDocument } from "../documents/stored-job.ts";
import { budgets, untilAnswered } from "../outcome/retry.ts";
import { type Standing, type StandingFields, standingFields, standingOf, standingOfJob } from "./standing.ts";
import type { Move } from "./tally.ts";

type Member = CommitDocument & { readonly id: string };

/** A job at that version. */
interface Before {
  readonly version: number;
  readonly standing: Standing;
  readonly hasWorker: boolean;
}

/** What each commit does to the counts if it is applied; undefined where that cannot be told, because the job is not as it has to be, or gone. */
export async function movesOf(collections: Collections, members: readonly Member[]): Promise<(Move | undefined)[]> {
  const unknown = members.filter(({ was }) => was === undefined).map(({ id }) => id);
  const known = unknown.length === 0 ? new Map<string, Before>() : await stored(collections, unknown);
  return members.map((member) => {
    const { id, was, change, removal } = member;
    const before = was === undefined ? known.get(id) : beforeOf(was);
    if (before?.version !== change.expected) return undefined;
    const after = afterOf(member, before);
    known.set(id, after); // of several commits of one job each finds what the one before leaves
    return removal === undefined ? { from: before.standing, to: after.standing } : { from: before.standing };
  });
}

function beforeOf(job: NonNullable<Member["was"]>): Before {
  return { version: job.version, standing: standingOfJob(job), hasWorker: job.lease !== undefined };
}

function afterOf({ change }: Member, { standing, hasWorker }: Before): Before {
  const { workflow } = standing;
  const { status = standing.status, waiting } = change.set;
  const version = change.expected + 1;
  if (hasWorker && change.keepsLease) return { version, hasWorker, standing: { workflow, status: change.shownLeased } };
  const waits = change.queue !== undefined && waiting !== undefined;
  return { version, hasWorker: false, standing: { workflow, status, ...(waits && { waiting }) } };
}

async function stored({ jobs }: Collections, ids: readonly string[]): Promise<Map<string, Before>> {
  const projection = { ...standingFields, version: 1, owner: 1 };
  const found = await untilAnswered(budgets.write, () =>
    jobs
      .find<StandingFields & Pick<JobDocument, "_id" | "version" | "owner">>({ _id: { $in: [...ids] } }, { projection })
      .toArray(),
  );
  return new Map(
    found.map((document) => {
      const { _id, version, owner } = document;
      return [_id, { version, standing: standingOf(document), hasWorker: owner !== undefined }];
    }),
  );
}
