import type { WorkerId } from "../ids.ts";

/** Small things that few jobs have. Stores keep them together as one JSON, so that a further one needs no further column. */
export interface JobExtras {
  /** As what the job ends when its finished tasks are undone; `none` once it has ended. */
  readonly ending?: Ending | "none";
  /** Workflow-level retries used so far. */
  readonly retried?: number;
  /** Of a job that was started because another failed, and of its children: how many such stand in a row before it. */
  readonly afterFailures?: number;
  /** Of a child: the call that it answers, where its parent called it more than once. */
  readonly call?: number;
  /** It is removed once it has completed and owes nothing. */
  readonly ephemeral?: Ephemeral;
  /** Of an ephemeral child: its parent did not take its last end, and may ask for it again; false once the child is begun anew. */
  readonly unheard?: boolean;
  /** Bytes of requests and answers in its history: at most `maxTold`. */
  readonly told?: number;
  /** The worker that was lost last while it held the job. */
  readonly lostBy?: LostBy;
}

export interface LostBy {
  readonly worker: WorkerId;
  /** When its jobs were taken from it, epoch ms of the store's clock. */
  readonly at: number;
  /** The how manieth in a row it was: `Job.lost` after it; 0 where it was not counted, as the job most likely never reached the worker. */
  readonly lost: number;
  /** The history tells of it although it was not counted. */
  readonly told?: true;
}

export interface Ephemeral {
  /** The key of its start is remembered until then, epoch ms; absent where it had none. */
  readonly keyUntil?: number;
}

/** Those that a job has; undefined where it has none. */
export function extrasOf({
  ending,
  retried,
  afterFailures,
  call,
  ephemeral,
  unheard,
  told,
  lostBy,
}: JobExtras): JobExtras | undefined {
  const extras = {
    ...(ending !== undefined && { ending }),
    ...(afterFailures !== undefined && { afterFailures }),
    ...(retried !== undefined && { retried }),
    ...(call !== undefined && { call }),
    ...(ephemeral !== undefined && { ephemeral }),
    ...(unheard !== undefined && { unheard }),
    ...(told !== undefined && { told }),
    ...(lostBy !== undefined && { lostBy }),
  };
  return Object.keys(extras).length === 0 ? undefined : extras;
}

/** How a job is going to end whose finished tasks are being undone before. */
export type Ending = "failed" | "timed_out" | "terminated";

/** Undefined for a job that has ended, or whose end has not been decided. */
export function endingOf({ ending }: { readonly ending?: Ending | "none" }): Ending | undefined {
  return ending === "none" ? undefined : ending;
}
