import type { TaskExecution } from "./task-execution.ts";

/** Identity of a task execution within one run of a job. */
export type ExecutionName = Pick<TaskExecution, "path" | "iteration">;

export function executionKey({ path, iteration }: ExecutionName): string {
  return `${path}#${iteration}`;
}

/** Of so many and fewer, looking through them all is faster than an index. */
const few = 16;

/** By path, and by iteration where a path has several: no key has to be put together for a look. */
type Positions = ReadonlyMap<string, number | ReadonlyMap<number, number>>;

/** Where in a list each execution stands. A list in which one was replaced keeps the index of the one before: of a thousand branches a thousand times. */
const known = new WeakMap<readonly TaskExecution[], Positions>();

export function executionAt(tasks: readonly TaskExecution[], name: ExecutionName): TaskExecution | undefined {
  const position = positionOf(tasks, name);
  return position === undefined ? undefined : tasks[position];
}

/** The executions with changed ones replaced and new ones added. */
export function withTasks(
  tasks: readonly TaskExecution[],
  changed: readonly TaskExecution[],
): readonly TaskExecution[] {
  if (changed.length === 0) return tasks;
  if (tasks.length === 0) return changed;
  const all = [...tasks];
  const added: TaskExecution[] = [];
  for (const task of changed) {
    const position = positionOf(tasks, task);
    if (position === undefined) added.push(task);
    else all[position] = task;
  }
  const index = known.get(tasks);
  if (added.length === 0 && index !== undefined) known.set(all, index);
  for (const task of added) all.push(task);
  return all;
}

function positionOf(tasks: readonly TaskExecution[], { path, iteration }: ExecutionName): number | undefined {
  if (tasks.length > few) {
    const found = indexOf(tasks).get(path);
    if (typeof found === "object") return found.get(iteration);
    return found !== undefined && tasks[found]?.iteration === iteration ? found : undefined;
  }
  const position = tasks.findIndex((task) => task.path === path && task.iteration === iteration);
  return position < 0 ? undefined : position;
}

function indexOf(tasks: readonly TaskExecution[]): Positions {
  let index = known.get(tasks);
  if (index === undefined) {
    index = positionsIn(tasks);
    known.set(tasks, index);
  }
  return index;
}

function positionsIn(tasks: readonly TaskExecution[]): Positions {
  const positions = new Map<string, number | Map<number, number>>();
  for (const [position, { path, iteration }] of tasks.entries()) {
    const found = positions.get(path);
    if (found === undefined) positions.set(path, position);
    else if (typeof found === "object") found.set(iteration, position);
    else
      positions.set(
        path,
        new Map([
          [tasks[found]?.iteration ?? 0, found],
          [iteration, position],
        ]),
      );
  }
  return positions;
}
