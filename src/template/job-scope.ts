import type { Job } from "../model/job/job.ts";
import type { TaskExecution } from "../model/job/task-execution.ts";
import { isJsonObject, type JsonValue } from "../model/json.ts";
import { iterationIn, turnsOf } from "../model/tree/iteration.ts";
import type { Places, Repeater } from "../model/tree/places.ts";
import type { Scope } from "./template.ts";

/** Where in a tree a template stands: what repeats the node, and its iteration there. */
export interface Whereabouts {
  readonly repeaters: readonly Repeater[];
  readonly iteration: number;
}

/**
 * What templates of a job see, at one place of its tree. Of a task that was executed several times they see the latest result; of one within the same fan-out the
 * one of their own branch.
 */
export function jobScope(
  { input, tasks }: Pick<Job, "input" | "tasks">,
  places: Places,
  { repeaters, iteration }: Whereabouts,
  env: Scope["env"],
): Scope {
  const turns = turnsOf(repeaters, iteration);
  const innermost = (name: string, kinds: readonly Repeater["kind"][]): number =>
    repeaters.findLastIndex(
      ({ kind, path }) => kinds.includes(kind) && (name === "" || places.get(path)?.node.name === name),
    );
  const inSameBranch = (task: TaskExecution): boolean => {
    const theirs = places.get(task.path)?.repeaters ?? [];
    if (theirs.length === 0) return true;
    const theirTurns = turnsOf(theirs, task.iteration);
    for (const [depth, { path, kind }] of theirs.entries()) {
      if (repeaters[depth]?.path !== path) return true; // from here on they have nothing in common
      if (kind === "fan_out" && theirTurns[depth] !== turns[depth]) return false;
    }
    return true;
  };
  return {
    input,
    env,
    response: (name) =>
      tasks.findLast((task) => task.name === name && task.result?.response !== undefined && inSameBranch(task))?.result
        ?.response,
    variable: (name) => {
      const set = tasks.findLast((task) => task.type === "set_variable" && valueOf(task, name) !== undefined);
      return set === undefined ? undefined : valueOf(set, name);
    },
    item(name) {
      const depth = innermost(name, ["fan_out"]);
      const [repeater, turn] = [repeaters[depth], turns[depth]];
      if (repeater === undefined || turn === undefined) return undefined;
      return itemsOf(tasks, repeater, outerIteration(repeaters.slice(0, depth), turns))?.[turn];
    },
    turn: (name) => turns[innermost(name, ["fan_out", "loop"])],
  };
}

function valueOf({ result }: TaskExecution, name: string): JsonValue | undefined {
  const values = jsonOf(result?.response);
  return isJsonObject(values) && Object.hasOwn(values, name) ? values[name] : undefined;
}

/** What a fan-out found in its list, as it was kept. */
function itemsOf(
  tasks: readonly TaskExecution[],
  { path }: Repeater,
  iteration: number,
): readonly JsonValue[] | undefined {
  const items = jsonOf(tasks.findLast((task) => task.path === path && task.iteration === iteration)?.result?.response);
  return Array.isArray(items) ? items : undefined;
}

function outerIteration(outer: readonly Repeater[], turns: readonly number[]): number {
  return outer.reduce((iteration, repeater, depth) => iterationIn(iteration, repeater, turns[depth] ?? 0), 0);
}

/** The value that an execution without a body keeps. */
export function jsonOf(response: JsonValue | undefined): JsonValue | undefined {
  return isJsonObject(response) && Object.hasOwn(response, "json") ? response["json"] : undefined;
}
