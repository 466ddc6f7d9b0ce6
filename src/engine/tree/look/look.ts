import type { Moment } from "../../../model/decision/moment.ts";
import { executionAt, executionKey } from "../../../model/job/executions.ts";
import type { Job } from "../../../model/job/job.ts";
import type { TaskExecution } from "../../../model/job/task-execution.ts";
import type { JsonValue } from "../../../model/json.ts";
import { type Places, placesOf, type Repeater } from "../../../model/tree/places.ts";
import type { Workflow } from "../../../model/workflow.ts";
import { jobScope, jsonOf } from "../../../template/job-scope.ts";
import type { Scope } from "../../../template/template.ts";
import { unknownFailure } from "../failures.ts";
import { Decisions } from "./decisions.ts";
import { type Decided, type DecidingNode, type NodeView, View, type WholeView } from "./view.ts";

/** One look at a job's tree, from its root down; knows what was decided on the way. */
export class Look implements WholeView {
  readonly nowMs: number;
  readonly #job: Job;
  readonly #places: Places;
  readonly #tasks: readonly TaskExecution[];
  readonly #reached: Set<string> | undefined;
  readonly #decisions: Decisions;

  /** `tasks` and `bytes`: those of the job as they will be. `reached`: takes the keys of what is looked at. */
  constructor(
    model: Workflow,
    job: Job,
    tasks: readonly TaskExecution[],
    bytes: number,
    moment: Moment,
    reached?: Set<string>,
  ) {
    this.nowMs = moment.nowMs;
    this.#job = job;
    this.#places = placesOf(model.root);
    this.#tasks = tasks;
    this.#reached = reached;
    this.#decisions = new Decisions(job, tasks, bytes, moment);
  }

  /** Executions that the engine decided during this look, each new or instead of an earlier one. */
  get decisions(): readonly TaskExecution[] {
    return this.#decisions.made;
  }

  /** Input and results together, with what was decided. */
  get bytes(): number {
    return this.#decisions.bytes;
  }

  /** What the root of the tree sees. */
  view(): NodeView {
    return new View(this, [], 0);
  }

  executionIn(path: string, iteration: number): TaskExecution | undefined {
    const name = { path, iteration };
    this.#reached?.add(executionKey(name));
    return this.#decisions.of(name) ?? executionAt(this.#tasks, name);
  }

  scopeIn(repeaters: readonly Repeater[], iteration: number): Scope {
    const tasks = [...this.#tasks, ...this.#decisions.made]; // of two of one name the later counts
    return jobScope({ input: this.#job.input, tasks }, this.#places, { repeaters, iteration }, () => undefined);
  }

  decidedIn(
    repeaters: readonly Repeater[],
    iteration: number,
    node: DecidingNode,
    work: (scope: Scope) => JsonValue,
  ): Decided {
    const found = this.executionIn(node.path, iteration);
    const isAskedAnew = found?.status === "scheduled" || found?.status === "undone"; // by a retry
    const decided = found === undefined || isAskedAnew ? this.#decide(repeaters, iteration, node, work) : found;
    const { status, error, result } = decided;
    return status === "completed"
      ? { kind: "decided", value: jsonOf(result?.response) ?? null }
      : { kind: "failed", error: error ?? unknownFailure };
  }

  #decide(
    repeaters: readonly Repeater[],
    iteration: number,
    node: DecidingNode,
    work: (scope: Scope) => JsonValue,
  ): TaskExecution {
    return this.#decisions.make(node, iteration, () => work(this.scopeIn(repeaters, iteration)));
  }
}
