import type { TaskNode, WorkflowRef } from "../../model/workflow.ts";

/** Whom a task will call, before that is rendered: whom it has always called, where that was one and the same. */
export class ExpectedTargets {
  /** Undefined where it was not always the same. */
  readonly #known = new Map<string, string | undefined>();

  of(workflow: WorkflowRef, path: TaskNode["path"]): string | undefined {
    return this.#known.get(keyOf(workflow, path));
  }

  learn(workflow: WorkflowRef, path: TaskNode["path"], target: string | undefined): void {
    const key = keyOf(workflow, path);
    if (!this.#known.has(key)) this.#known.set(key, target);
    else if (this.#known.get(key) !== target) this.#known.set(key, undefined);
  }
}

function keyOf({ digest }: WorkflowRef, path: string): string {
  return `${digest} ${path}`;
}
