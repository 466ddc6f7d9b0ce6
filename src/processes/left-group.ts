import { markVariable, type ProcessGroup } from "../model/job/process-group.ts";
import { endGroup, isEmpty } from "./end-group.ts";
import { bootOf, ownIdentity } from "./identity.ts";
import { hasInEnvironment, hasProcessTable, nextProcessTable, statOf } from "./process-table.ts";

/** What has become of a group: `unknown` is one that may live, where nobody here can see it. */
export type GroupFate = "ended" | "unknown";

/**
 * Sees to it that a group which an attempt left behind, when its worker was lost, does not go on: kills what is left of it.
 * Only what is certain counts. `oneMachine`: all processes around the store run on one machine, so that what ran before its last boot is gone.
 */
export async function endLeftGroup(group: ProcessGroup, oneMachine: boolean): Promise<GroupFate> {
  const { host } = ownIdentity();
  const [boot, itsBoot] = [bootOf(host), bootOf(group.host)];
  if (oneMachine && boot !== "" && itsBoot !== "" && boot !== itsBoot) return "ended";
  if (group.host !== host || boot === "" || group.pidStart === "" || !hasProcessTable()) return "unknown";
  switch (await look(group)) {
    case "gone":
      return "ended";
    case "there":
      return (await endGroup(group.pid, 0)) ? "ended" : "unknown";
    default:
      return "unknown";
  }
}

/** No process gets a number that is still that of a group: while one of the group lives, no other can be taken for it. */
async function look({ pid, pidStart, mark }: ProcessGroup): Promise<"there" | "gone" | "unclear"> {
  const leader = statOf(pid);
  if (leader !== undefined) return leader.start === pidStart ? "there" : "gone";
  if (await isEmpty(pid)) return "gone";
  const members = (await nextProcessTable()).groups.get(pid) ?? [];
  return members.some((member) => hasInEnvironment(member, markVariable, mark)) ? "there" : "unclear";
}
