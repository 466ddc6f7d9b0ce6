import { uptime } from "node:os";

/** Sleep shorter than this is taken for the coarseness of the clocks. */
const shortestSleepMs = 2000;

/** Where the time comes from; all in ms. */
export interface TimeSources {
  /** Since the epoch; whoever administrates the machine may set it. */
  wall(): number;
  /** Stands still while the machine sleeps. */
  monotonic(): number;
  /** Since the machine was started, its sleep included; coarse. */
  uptime(): number;
}

const ofThisMachine: TimeSources = {
  wall: Date.now,
  monotonic: () => performance.now(),
  uptime: () => uptime() * 1000,
};

/**
 * The clock of an embedded store, whole ms since the epoch: the machine's as it is now, carried on by its monotonic clock. A later step of the
 * machine's clock moves no timer of a job; time that the machine slept has passed for jobs, too.
 */
export function machineClock(sources: TimeSources = ofThisMachine): () => number {
  const [wallMs, monotonicMs, uptimeMs] = [sources.wall(), sources.monotonic(), sources.uptime()];
  return () => {
    const awakeMs = sources.monotonic() - monotonicMs;
    const asleepMs = sources.uptime() - uptimeMs - awakeMs;
    return Math.floor(wallMs + awakeMs + (asleepMs < shortestSleepMs ? 0 : asleepMs));
  };
}
