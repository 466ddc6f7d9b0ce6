import type { ChildEnded } from "../../model/decision/event.ts";
import { Overloaded, WorkflowsError } from "../../model/errors.ts";
import type { Failure } from "../../model/job/failure.ts";
import { JobTooNew } from "../../model/job/format.ts";
import type { ParentRef, StartJob } from "../../model/job/outward/effect.ts";
import { applyEvent } from "../apply.ts";
import type { Deps } from "../deps.ts";
import { isOfStore } from "../fail-broken.ts";
import { startJob } from "../start.ts";
import { endOf } from "./tell-parent.ts";

/** What came of a start. */
export interface StartOutcome {
  /** The parent has to hear of it at once. */
  readonly ended?: ChildEnded;
  /** The job can never be started like that. */
  readonly refused?: Failure;
}

/** Starts the job, once, or calls again a child that is there. Throws where the store did not take it, or nobody knows. */
export async function startOwed(deps: Deps, effect: StartJob): Promise<StartOutcome> {
  const { job: id, workflow, version, input, notBefore, parent, afterFailures } = effect;
  try {
    const owed = {
      id,
      ...(version !== undefined && { version }),
      ...(parent !== undefined && { parent }),
      ...(afterFailures !== undefined && { afterFailures }),
    };
    const { replayed } = await startJob(deps, { workflow, input, ...(notBefore !== undefined && { notBefore }) }, owed);
    return replayed && parent !== undefined ? await callAgain(deps, effect, parent) : {};
  } catch (error) {
    const refused = refusalOf(effect, error);
    return { refused, ...(parent !== undefined && { ended: failedToStart(id, parent, refused) }) };
  }
}

/** Of what another try cannot change. Throws the others: a newer program can read a child that this one cannot. */
function refusalOf({ workflow, version }: StartJob, error: unknown): Failure {
  if (isOfStore(error) || error instanceof JobTooNew || !(error instanceof WorkflowsError)) throw error;
  const name = version === undefined ? workflow : `${workflow} version ${version}`;
  return { code: "child_not_started", message: `Workflow ${name} could not be started: ${error.message}` };
}

/** A child that ended without success goes on from where it failed, one that completed has its result, one that runs goes on. */
async function callAgain(
  deps: Deps,
  { job: child, newKey, notBefore }: StartJob,
  parent: ParentRef,
): Promise<StartOutcome> {
  const how = { ...(newKey && { newKey }), ...(notBefore !== undefined && { dueAt: notBefore }) };
  const applied = await applyEvent(deps, child, { kind: "called", call: parent.call, by: `job ${parent.id}`, ...how });
  switch (applied.kind) {
    case "committed":
      deps.notifier.publish({ kind: "ready" });
      return {};
    case "ignored":
      if (applied.reason === "ending")
        throw new Overloaded(`The child job ${child} undoes what it did, and can be called again after that`, 1000);
      if (applied.job.status !== "completed") return {}; // this call has come before
      return { ended: { ...endOf(applied.job, parent), call: parent.call } };
    case "gone": {
      const message = `The child job ${child} was deleted: restart this job to begin a new one`;
      return { ended: failedToStart(child, parent, { code: "child_gone", message }) };
    }
    default:
      return applied satisfies never;
  }
}

function failedToStart(child: string, { run, path, iteration, call }: ParentRef, error: Failure): ChildEnded {
  return { kind: "child_ended", child, run, path, iteration, call, outcome: { kind: "failed", error } };
}
