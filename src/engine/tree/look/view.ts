import type { Failure } from "../../../model/job/failure.ts";
import type { TaskExecution } from "../../../model/job/task-execution.ts";
import type { JsonValue } from "../../../model/json.ts";
import { iterationIn } from "../../../model/tree/iteration.ts";
import type { Repeater } from "../../../model/tree/places.ts";
import type { Place } from "../../../model/workflow.ts";
import type { Scope } from "../../../template/template.ts";

/** What a node sees of its job: the executions of the iteration in which it stands. */
export interface NodeView {
  readonly nowMs: number;
  readonly iteration: number;
  execution(path: string): TaskExecution | undefined;
  /** A turn of a loop or a branch of a fan-out that stands here. */
  within(repeater: Repeater, turn: number): NodeView;
  /** What the node decided when it was asked first: kept, so that it never decides twice. `work` may throw `Undecidable` or `RenderError`. */
  decided(node: DecidingNode, work: (scope: Scope) => JsonValue): Decided;
  /** What templates see here. */
  scope(): Scope;
}

export type DecidingNode = Place & { readonly kind: string };

export type Decided =
  | { readonly kind: "decided"; readonly value: JsonValue }
  | { readonly kind: "failed"; readonly error: Failure };

/** All of the job, in every iteration. */
export interface WholeView {
  readonly nowMs: number;
  executionIn(path: string, iteration: number): TaskExecution | undefined;
  scopeIn(repeaters: readonly Repeater[], iteration: number): Scope;
  decidedIn(
    repeaters: readonly Repeater[],
    iteration: number,
    node: DecidingNode,
    work: (scope: Scope) => JsonValue,
  ): Decided;
}

/** What is seen in one iteration. */
export class View implements NodeView {
  readonly iteration: number;
  readonly #whole: WholeView;
  readonly #repeaters: readonly Repeater[];

  constructor(whole: WholeView, repeaters: readonly Repeater[], iteration: number) {
    this.#whole = whole;
    this.#repeaters = repeaters;
    this.iteration = iteration;
  }

  get nowMs(): number {
    return this.#whole.nowMs;
  }

  execution(path: string): TaskExecution | undefined {
    return this.#whole.executionIn(path, this.iteration);
  }

  within(repeater: Repeater, turn: number): NodeView {
    return new View(this.#whole, [...this.#repeaters, repeater], iterationIn(this.iteration, repeater, turn));
  }

  scope(): Scope {
    return this.#whole.scopeIn(this.#repeaters, this.iteration);
  }

  decided(node: DecidingNode, work: (scope: Scope) => JsonValue): Decided {
    return this.#whole.decidedIn(this.#repeaters, this.iteration, node, work);
  }
}
