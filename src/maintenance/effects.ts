import type { Deps } from "../jobs/deps.ts";
import type { Log } from "../model/log.ts";

/** Who committed an effect does it at once: what is older was left behind, by a process that died or a store that was ill. */
const leftBehindAfterMs = 3000;

const batch = 1000;

/** So many jobs are seen to side by side. */
const atOnce = 50;

/** Does what jobs have owed to others for too long, of the longest owed first: `owedForMs` and more. After `forMs` it begins with no other job. Several may do it at once. */
export async function deliverLeftBehind(
  deps: Deps,
  log: Log,
  forMs: number,
  owedForMs = leftBehindAfterMs,
): Promise<void> {
  const { delivery } = deps;
  if (delivery === undefined) return;
  const until = performance.now() + forMs;
  const left = (await deps.store.jobs.owing(deps.moment().nowMs - owedForMs, batch)).values();
  const seeToSome = async (): Promise<void> => {
    for (const id of left) {
      await delivery
        .catchUp(id)
        .catch((error: unknown) => log.error({ job: id, err: error }, "a job that owes something cannot be read"));
      if (performance.now() >= until) return;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, seeToSome));
}
