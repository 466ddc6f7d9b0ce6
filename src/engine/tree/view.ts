import type { Moment } from "../../model/decision/moment.ts";
import { executionAt, executionKey } from "../../model/job/executions.ts";
import type { Failure } from "../../model/job/failure.ts";
import type { Job } from "../../model/job/job.ts";
import type { TaskExecution } from "../../model/job/task-execution.ts";
import type { JsonValue } from "../../model/json.ts";
import { isDecided } from "../../model/tree/decided.ts";
import { iterationIn } from "../../model/tree/iteration.ts";
import { type Places, placesOf, type Repeater } from "../../model/tree/places.ts";
import type { Place, Workflow } from "../../model/workflow.ts";
import { jobScope, jsonOf } from "../../template/job-scope.ts";
import { RenderError } from "../../template/render-error.ts";
import type { Scope } from "../../template/template.ts";
import { bytesOf, sizeFailure } from "../result-size.ts";
import { unknownFailure } from "./failures.ts";
import { Undecidable } from "./undecidable.ts";

/** What a node sees of its job: the executions of the iteration in which it stands. */
export interface NodeView {
  readonly nowMs: number;
  readonly iteration: number;
  execution(path: string): TaskExecution | undefined;
  /** A turn of a loop or a branch of a fan-out that stands here. */
  within(repeater: Repeater, turn: number): NodeView;
  /** What the node decided when it was asked first: kept, so that it never decides twice. `work` may throw `Undecidable` or `RenderError`. */
  decided(node: Place & { readonly kind: string }, work: (scope: Scope) => JsonValue): Decided;
  /** What templates see here. */
  scope(): Scope;
}

export type Decided =
  | { readonly kind: "decided"; readonly value: JsonValue }
  | { readonly kind: "failed"; readonly error: Failure };

/** Decided executions that a job may have for each task execution that it may have: a loop without any task must end, too. */
const decidedPerExecution = 10;

/** One look at a job's tree, from its root down; knows what was decided on the way. */
export class Look {
  readonly nowMs: number;
  /** Executions that the engine decided during this look, each new or instead of an earlier one. */
  readonly decisions: TaskExecution[] = [];
  readonly #job: Job;
  readonly #moment: Moment;
  readonly #places: Places;
  readonly #tasks: readonly TaskExecution[];
  readonly #reached: Set<string> | undefined;
  readonly #decided = new Map<string, TaskExecution>();
  #bytes: number;
  #decidedBefore: number | undefined;

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
    this.#moment = moment;
    this.#places = placesOf(model.root);
    this.#tasks = tasks;
    this.#bytes = bytes;
    this.#reached = reached;
  }

  /** Input and results together, with what was decided. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What the root of the tree sees. */
  view(): NodeView {
    return new View(this, [], 0);
  }

  executionIn(path: string, iteration: number): TaskExecution | undefined {
    const name = { path, iteration };
    this.#reached?.add(executionKey(name));
    const decided = this.#decided.size === 0 ? undefined : this.#decided.get(executionKey(name));
    return decided ?? executionAt(this.#tasks, name);
  }

  scopeIn(repeaters: readonly Repeater[], iteration: number): Scope {
    const tasks = [...this.#tasks, ...this.decisions]; // of two of one name the later counts
    return jobScope({ input: this.#job.input, tasks }, this.#places, { repeaters, iteration }, () => undefined);
  }

  decidedIn(
    repeaters: readonly Repeater[],
    iteration: number,
    node: Place & { readonly kind: string },
    work: (scope: Scope) => JsonValue,
  ): Decided {
    const found = this.executionIn(node.path, iteration);
    const isAskedAnew = found?.status === "scheduled" || found?.status === "undone"; // by a retry
    const execution = isAskedAnew ? undefined : found;
    const { status, error, result } = execution ?? this.#decide(repeaters, iteration, node, work);
    return status === "completed"
      ? { kind: "decided", value: jsonOf(result?.response) ?? null }
      : { kind: "failed", error: error ?? unknownFailure };
  }

  #decide(
    repeaters: readonly Repeater[],
    iteration: number,
    { path, name, kind }: Place & { readonly kind: string },
    work: (scope: Scope) => JsonValue,
  ): TaskExecution {
    const { nowMs } = this;
    const about = { path, iteration, name, type: kind, attempt: 1, scheduledAt: nowMs, finishedAt: nowMs };
    const execution: TaskExecution = {
      ...about,
      ...this.#outcomeOf(about, () => work(this.scopeIn(repeaters, iteration))),
    };
    this.decisions.push(execution);
    this.#decided.set(executionKey(execution), execution);
    this.#bytes += bytesOf(execution.result);
    return execution;
  }

  #outcomeOf(
    about: Omit<TaskExecution, "status">,
    work: () => JsonValue,
  ): Pick<TaskExecution, "status" | "result" | "error"> {
    try {
      this.#checkCount();
      const result = { response: { json: work() } };
      const error = sizeFailure(
        { ...this.#job, bytes: this.#bytes },
        { ...about, status: "completed" },
        result,
        this.#moment,
      );
      return error === undefined ? { status: "completed", result } : { status: "failed", error };
    } catch (error) {
      if (!(error instanceof Undecidable || error instanceof RenderError)) throw error;
      return { status: "failed", error: { code: error.code, message: error.message } };
    }
  }

  #checkCount(): void {
    this.#decidedBefore ??= this.#tasks.filter(isDecided).length;
    const most = this.#moment.limits.maxTaskExecutions * decidedPerExecution;
    if (this.#decidedBefore + this.decisions.length >= most)
      throw new Undecidable(
        "too_many_task_executions",
        `The job would decide more than ${most} times (ten times max_task_executions)`,
      );
  }
}

/** What is seen in one iteration. */
class View implements NodeView {
  readonly iteration: number;
  readonly #look: Look;
  readonly #repeaters: readonly Repeater[];

  constructor(look: Look, repeaters: readonly Repeater[], iteration: number) {
    this.#look = look;
    this.#repeaters = repeaters;
    this.iteration = iteration;
  }

  get nowMs(): number {
    return this.#look.nowMs;
  }

  execution(path: string): TaskExecution | undefined {
    return this.#look.executionIn(path, this.iteration);
  }

  within(repeater: Repeater, turn: number): NodeView {
    return new View(this.#look, [...this.#repeaters, repeater], iterationIn(this.iteration, repeater, turn));
  }

  scope(): Scope {
    return this.#look.scopeIn(this.#repeaters, this.iteration);
  }

  decided(node: Place & { readonly kind: string }, work: (scope: Scope) => JsonValue): Decided {
    return this.#look.decidedIn(this.#repeaters, this.iteration, node, work);
  }
}
