import { setTimeout as delay } from "node:timers/promises";
import { monotonicMs } from "../processes/child.ts";
import type { MeasuredStore } from "../stores/measured-store.ts";
import type { Children } from "./children.ts";
import { type Shape, startFleet } from "./shapes.ts";

/** Operations a second that the store is asked for by a product that has nothing to do. */
export interface Operations {
  readonly withoutProduct: number;
  readonly serverAlone: number;
  readonly serverAndFourWorkers: number;
}

/** Undefined for a store that does not count them. */
export async function measureOperations(
  store: MeasuredStore,
  children: Children,
  quietMs: number,
): Promise<Operations | undefined> {
  const { operations } = store;
  if (operations === undefined) return undefined;
  const during = async (forMs: number): Promise<number> => {
    const before = await operations();
    const beganAtMs = monotonicMs();
    await delay(forMs);
    return ((await operations()) - before) / ((monotonicMs() - beganAtMs) / 1000);
  };
  const ofShape = async (shape: Shape): Promise<number> => {
    await using started = new AsyncDisposableStack();
    started.use(await startFleet(store, children, shape));
    await delay(settlingMs);
    return await during(quietMs);
  };
  return {
    withoutProduct: await during(quietMs),
    serverAlone: await ofShape({ workers: 0 }),
    serverAndFourWorkers: await ofShape({ workers: 4 }),
  };
}

/** Within it the last process that was started has done what it does once. */
const settlingMs = 1500;
