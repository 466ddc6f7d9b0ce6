import { setTimeout as delay } from "node:timers/promises";
import { monotonicMs } from "../processes/child.ts";
import type { Roles } from "../processes/cpu.ts";
import { type Children, exactlyOnce } from "./children.ts";

/** Something that runs jobs of one HTTP task: a floor, or the product in some shape. */
export interface Contender extends AsyncDisposable {
  readonly name: string;
  /** All processes whose work it is; the store's own are among them. */
  readonly roles: Roles;
  run(load: Load): Promise<Run>;
  /** Average size of a stored job; see `EmptyStore`. */
  readonly bytesPerJob?: () => Promise<number>;
}

export interface Load {
  readonly jobs: number;
  /** As many starts are under way at a time. */
  readonly connections: number;
}

export interface Run {
  /** From the first start to the moment at which no job is unfinished. */
  readonly elapsedMs: number;
  /** From each start to its acknowledgement; absent where nothing is acknowledged. */
  readonly acknowledgedAfterMs?: readonly number[];
  /** Starts that had to be sent again. */
  readonly refused?: number;
}

/** Starts jobs over HTTP and waits for the last one's end. */
export async function runOverHttp(
  children: Children,
  port: number,
  load: Load,
  hasUnfinished: () => Promise<boolean>,
): Promise<Run> {
  const { jobs } = load;
  await children.receiver.ask({ kind: "expect", jobs });
  const { beganAtMs, acknowledgedAfterMs, refused } = await children.load.ask({ port, ...load });
  await exactlyOnce(children, jobs);
  while (await hasUnfinished()) await delay(2);
  return { elapsedMs: monotonicMs() - beganAtMs, acknowledgedAfterMs, refused };
}
