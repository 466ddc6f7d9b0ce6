import { executionKey } from "../../../../src/model/job/executions.ts";
import type { Job } from "../../../../src/model/job/job.ts";
import { isOpen, type TaskExecution } from "../../../../src/model/job/task-execution.ts";
import { isJsonObject, type JsonValue } from "../../../../src/model/json.ts";
import { isDecided } from "../../../../src/model/tree/decided.ts";
import { placesOf } from "../../../../src/model/tree/places.ts";
import { isUndo } from "../../../../src/model/tree/undo-path.ts";
import { childrenOf } from "../../../../src/model/tree/walk.ts";
import type { Node, Workflow } from "../../../../src/model/workflow.ts";

/** What is wrong with the order in which a tree was run; undefined where nothing is. Knows the meaning of each kind of node by itself, not from the engine. */
export function disorder({ root }: Workflow, job: Job): string | undefined {
  const executions = new Map(job.tasks.map((task) => [executionKey(task), task]));
  const places = placesOf(root);

  /** What a retry took back is not there; what was undone since was done in its order. */
  const statusAt = (path: string, iteration: number) => {
    const task = executions.get(executionKey({ path, iteration }));
    return task?.status === "undone" ? (isTakenBack(task) ? undefined : "completed") : task?.status;
  };
  const decidedAt = (path: string, iteration: number): JsonValue | undefined => {
    const { status, result } = executions.get(executionKey({ path, iteration })) ?? {};
    return status === "completed" && isJsonObject(result?.response) ? result.response["json"] : undefined;
  };

  /** Executions of a node in one iteration of what is around it. Waits may be over before they are reached. */
  const begunIn = (node: Node, iteration: number, depth: number): TaskExecution[] => {
    const paths = new Set(pathsIn(node));
    return job.tasks.filter((task) => {
      if (!paths.has(task.path) || (task.type === "wait" && !isOpen(task))) return false;
      if (isTakenBack(task) || task.skippedBy !== undefined) return false; // people may do without it before its turn
      const inner = places.get(task.path)?.repeaters.slice(depth) ?? [];
      return Math.floor(task.iteration / inner.reduce((product, { radix }) => product * radix, 1)) === iteration;
    });
  };

  const hasUndone = job.tasks.some((task) => isUndo(task) || task.status === "undone");
  const staysDone = ({ path, status, type }: TaskExecution): boolean => {
    const node = places.get(path)?.node;
    const hasUndo = node?.kind === "task" && node.undo !== undefined;
    return hasUndone && ((hasUndo && (status === "completed" || status === "undone")) || isDecided({ type }));
  };

  /** Turns that a loop had or has: iterations, and whether another follows. */
  function* turnsIn(node: Extract<Node, { kind: "loop" }>, outer: number) {
    for (let turn = 0; turn <= node.maxTurns; turn += 1) {
      const iteration = outer * (node.maxTurns + 1) + turn;
      yield { iteration, goesOn: decidedAt(node.path, iteration) };
    }
  }

  const isDone = (node: Node, iteration: number): boolean => {
    switch (node.kind) {
      case "task":
      case "wait":
      case "sub_workflow":
      case "external":
        return ["completed", "skipped"].includes(statusAt(node.path, iteration) ?? "");
      case "set_variable":
        return decidedAt(node.path, iteration) !== undefined;
      case "terminate":
        return false;
      case "sequence":
        return node.children.every((child) => isDone(child, iteration));
      case "parallel":
        return node.children.filter((child) => isDone(child, iteration)).length >= node.join;
      case "choice": {
        const chosen = decidedAt(node.path, iteration);
        if (chosen === undefined) return false;
        const child = node.cases[Number(chosen)]?.node ?? node.otherwise;
        return child === undefined || isDone(child, iteration);
      }
      case "loop":
        for (const { iteration: inside, goesOn } of turnsIn(node, iteration)) {
          if (node.asked === "before" && goesOn === false) return true;
          if (!isDone(node.body, inside)) return false;
          if (node.asked === "after" && goesOn === false) return true;
        }
        return false;
      case "fan_out": {
        const items = decidedAt(node.path, iteration);
        if (!Array.isArray(items)) return false;
        const done = items.filter((_, turn) => isDone(node.body, iteration * node.maxItems + turn)).length;
        return done >= Math.min(node.join ?? items.length, items.length);
      }
      default:
        return node satisfies never;
    }
  };

  const wrongIn = (node: Node, iteration: number, depth: number): string | undefined => {
    const begun = (child: Node): boolean => begunIn(child, iteration, depth).length > 0;
    /** But for what stayed done while those before it were undone, also where it was undone later. */
    const begunInTurn = (child: Node, inside: number, inDepth: number): boolean =>
      begunIn(child, inside, inDepth).some((task) => !staysDone(task));
    switch (node.kind) {
      case "sequence":
        for (const [index, child] of node.children.entries())
          if (
            begunInTurn(child, iteration, depth) &&
            !node.children.slice(0, index).every((before) => isDone(before, iteration))
          )
            return "no task is scheduled before its predecessor is done";
        break;
      case "choice": {
        const chosen = node.cases[Number(decidedAt(node.path, iteration) ?? Number.NaN)]?.node ?? node.otherwise;
        if (childrenOf(node).some((child) => child !== chosen && begun(child))) return "what was not chosen is not run";
        break;
      }
      case "loop": {
        let before = true;
        for (const { iteration: inside, goesOn } of turnsIn(node, iteration)) {
          const isBegun = begunIn(node.body, inside, depth + 1).length > 0;
          if (begunInTurn(node.body, inside, depth + 1) && !before)
            return "no turn begins before the one before it is done";
          if (isBegun && node.asked === "before" && goesOn !== true) return "no turn begins unasked";
          before = isDone(node.body, inside) && goesOn === true;
          const wrong = wrongIn(node.body, inside, depth + 1);
          if (wrong !== undefined) return wrong;
        }
        return undefined;
      }
      case "fan_out": {
        const items = decidedAt(node.path, iteration);
        const turns = Array.from({ length: node.maxItems }, (_, turn) => iteration * node.maxItems + turn);
        for (const [turn, inside] of turns.entries()) {
          const isItem = Array.isArray(items) && turn < items.length;
          if (!isItem && begunIn(node.body, inside, depth + 1).length > 0) return "each branch is for an item";
          const wrong = isItem ? wrongIn(node.body, inside, depth + 1) : undefined;
          if (wrong !== undefined) return wrong;
        }
        break;
      }
      default:
    }
    const isJoin = node.kind === "parallel" || node.kind === "fan_out";
    if (isJoin && isDone(node, iteration) && begunIn(node, iteration, depth).some(isOpen))
      return "a join ends what is left";
    if (node.kind === "fan_out") return undefined;
    for (const child of childrenOf(node)) {
      const wrong = wrongIn(child, iteration, depth);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };

  const endedItself = job.tasks.some(({ type, status }) => type === "terminate" && status === "completed");
  if (job.status === "completed" && !endedItself && !isDone(root, 0)) return "a completed job did what it had to";
  return wrongIn(root, 0, 0);
}

function isTakenBack({ status, finishedAt }: TaskExecution): boolean {
  return status === "undone" && finishedAt === undefined;
}

function* pathsIn(node: Node): Generator<string> {
  if ("path" in node) yield node.path;
  for (const child of childrenOf(node)) yield* pathsIn(child);
}
