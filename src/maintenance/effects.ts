import type { Deps } from "../jobs/deps.ts";
import type { Log } from "../model/log.ts";

/** Who committed an effect does it at once: what is older was left behind, by a process that died or a store that was ill. */
const leftBehindAfterMs = 3000;

const batch = 1000;

/** Does what jobs have owed to others for too long. Several may do it at once. */
export async function deliverLeftBehind(deps: Deps, log: Log): Promise<void> {
  const { delivery } = deps;
  if (delivery === undefined) return;
  const ids = await deps.store.jobs.owing(deps.moment().nowMs - leftBehindAfterMs, batch);
  await Promise.all(
    ids.map((id) =>
      delivery
        .catchUp(id)
        .catch((error: unknown) => log.error({ job: id, err: error }, "a job that owes something cannot be read")),
    ),
  );
}
