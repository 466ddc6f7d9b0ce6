/** Processes that an attempt started on its worker's machine: one leader, and whatever it starts unless that leaves the group. */
export interface ProcessGroup {
  /** Machine, boot and process-id space (`processes/identity.ts`). */
  readonly host: string;
  /** Of the leader, and so of the group. */
  readonly pid: number;
  /** When the leader started, so that no later process of that number is taken for it; empty where the system does not tell. */
  readonly pidStart: string;
  /** What the environment of the group's processes has under `markVariable`. */
  readonly mark: string;
}

/** By this the processes of a group are known when its leader is gone. */
export const markVariable = "WORKFLOWS_IDEMPOTENCY_KEY";

export function isSameGroup(one: ProcessGroup, other: ProcessGroup): boolean {
  return one.host === other.host && one.pid === other.pid && one.pidStart === other.pidStart && one.mark === other.mark;
}
