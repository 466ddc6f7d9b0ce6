import { isSameGroup, type ProcessGroup } from "../model/job/process-group.ts";
import type { TaskExecution } from "../model/job/task-execution.ts";

export function holdsGroup({ processGroups }: TaskExecution, group: ProcessGroup): boolean {
  return processGroups?.some((one) => isSameGroup(one, group)) === true;
}

export function withGroups(task: TaskExecution, groups: readonly ProcessGroup[]): TaskExecution {
  const { processGroups: _processGroups, ...kept } = task;
  return groups.length === 0 ? kept : { ...kept, processGroups: groups };
}

export function withoutGroup(task: TaskExecution, group: ProcessGroup): TaskExecution {
  return withGroups(task, task.processGroups?.filter((one) => !isSameGroup(one, group)) ?? []);
}
