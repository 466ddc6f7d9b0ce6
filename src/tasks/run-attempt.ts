import { cutText } from "../model/cut-text.ts";
import { attemptTimeout } from "../model/failure-words.ts";
import type { Outcome } from "../model/job/task-execution.ts";
import type { JsonValue } from "../model/json.ts";
import { textHider } from "../model/redaction.ts";
import type { TaskNode } from "../model/workflow.ts";
import { render } from "../template/render.ts";
import { RenderError } from "../template/render-error.ts";
import type { Scope } from "../template/template.ts";
import type { AttemptContext, TaskKind } from "./kind.ts";

/** Asked with whom the attempt calls, and with how people may see that: a secret in the name of a host is hidden. */
type Enter = (target: string | undefined, shown: string | undefined) => Promise<boolean>;

/** Of an error's message, which is stored, and shown in lists and logs; it may quote what the input or somebody else brought. */
const maxMessageBytes = 2000;

/**
 * Runs one attempt of a task: skips it where a `requires` renders to the empty text, renders the spec, asks with `enter` whether
 * whom it calls may be called now (false: the attempt is interrupted), has the kind do its work. Never rejects: what cannot be rendered fails the task for good, and so does a bug, told to `onBug` first. An error's message is cut where it is long.
 */
export async function runAttempt(
  kind: TaskKind,
  node: TaskNode,
  scope: Scope,
  context: AttemptContext,
  onBug: (error: unknown) => void,
  enter: Enter,
): Promise<Outcome> {
  const outcome = await run(kind, node, scope, context, onBug, enter);
  if (outcome.kind !== "failed") return outcome;
  const message = cutText(outcome.error.message, maxMessageBytes);
  return { ...outcome, error: { ...outcome.error, message } };
}

async function run(
  kind: TaskKind,
  node: TaskNode,
  scope: Scope,
  context: AttemptContext,
  onBug: (error: unknown) => void,
  enter: Enter,
): Promise<Outcome> {
  try {
    if (context.signal.aborted) return { kind: "interrupted" };
    const missing = node.requires.findIndex((required) => isEmpty(render(required, scope)));
    if (missing >= 0) return { kind: "skipped", reason: `requires/${missing} rendered to the empty text` };
    const spec = render(node.spec, scope);
    const target = kind.target?.(spec);
    if (!(await enter(target, target === undefined ? undefined : textHider(context.secrets)(target))))
      return { kind: "interrupted" };
    const told = { ...context, atMostOnce: node.whenLost === "fail" };
    return await (node.timeoutMs === undefined ? kind.run(spec, told) : runWithin(node.timeoutMs, kind, spec, told));
  } catch (error) {
    if (error instanceof RenderError) return failed(error.code, error.message);
    onBug(error);
    return failed("internal", "the worker met a bug in itself; its log has the details");
  }
}

/** An attempt that its time-out ended has failed; one that was ended otherwise at the same time is interrupted still. */
async function runWithin(
  timeoutMs: number,
  kind: TaskKind,
  spec: JsonValue,
  context: AttemptContext,
): Promise<Outcome> {
  const timeOut = new AbortController();
  const timer = setTimeout(() => timeOut.abort(), timeoutMs);
  try {
    const signal = AbortSignal.any([context.signal, timeOut.signal]);
    const outcome = await kind.run(spec, { ...context, signal });
    if (outcome.kind !== "interrupted" || context.signal.aborted || !timeOut.signal.aborted) return outcome;
    const message = `the attempt took longer than ${timeoutMs / 1000} s (timeout)`;
    const { kind: _kind, ...kept } = outcome;
    return { kind: "failed", error: { code: attemptTimeout, message }, ...kept, retryable: true };
  } finally {
    clearTimeout(timer);
  }
}

function isEmpty(rendered: JsonValue): boolean {
  return rendered === "" || rendered === null;
}

function failed(code: string, message: string): Outcome {
  return { kind: "failed", error: { code, message }, retryable: false };
}
