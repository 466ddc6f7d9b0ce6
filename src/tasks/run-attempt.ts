import type { Outcome } from "../model/job/task-execution.ts";
import type { JsonValue } from "../model/json.ts";
import type { TaskNode } from "../model/workflow.ts";
import { render } from "../template/render.ts";
import { RenderError } from "../template/render-error.ts";
import type { Scope } from "../template/template.ts";
import type { AttemptContext, TaskKind } from "./kind.ts";

/**
 * Runs one attempt of a task: skips it where a `requires` renders to the empty text, renders the spec, has the kind do
 * its work. Never rejects: what cannot be rendered fails the task for good, and so does a bug, told to `onBug` first.
 */
export async function runAttempt(
  kind: TaskKind,
  node: TaskNode,
  scope: Scope,
  context: AttemptContext,
  onBug: (error: unknown) => void,
): Promise<Outcome> {
  try {
    if (context.signal.aborted) return { kind: "interrupted" };
    const missing = node.requires.findIndex((required) => isEmpty(render(required, scope)));
    if (missing >= 0) return { kind: "skipped", reason: `requires/${missing} rendered to the empty text` };
    const spec = render(node.spec, scope);
    return await kind.run(spec, { ...context, atMostOnce: node.whenLost === "fail" });
  } catch (error) {
    if (error instanceof RenderError) return failed(error.code, error.message);
    onBug(error);
    return failed("internal", "the worker met a bug in itself; its log has the details");
  }
}

function isEmpty(rendered: JsonValue): boolean {
  return rendered === "" || rendered === null;
}

function failed(code: string, message: string): Outcome {
  return { kind: "failed", error: { code, message }, retryable: false };
}
