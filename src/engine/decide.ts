import type { Decision } from "../model/decision/decision.ts";
import type { Event, StartEvent } from "../model/decision/event.ts";
import type { Moment } from "../model/decision/moment.ts";
import { endingOf } from "../model/job/extras.ts";
import type { Failure } from "../model/job/failure.ts";
import { isFinal, type Job } from "../model/job/job.ts";
import type { Workflow } from "../model/workflow.ts";
import { askedBy } from "./actions/asked-by.ts";
import { pause } from "./actions/pause.ts";
import { restart } from "./actions/restart.ts";
import { resume } from "./actions/resume.ts";
import { retry } from "./actions/retry.ts";
import { skip } from "./actions/skip.ts";
import { attemptFinished } from "./attempt-finished.ts";
import { attemptStarted } from "./attempt-started.ts";
import { called, callOf } from "./effects/called.ts";
import { childEnded } from "./effects/child-ended.ts";
import { effectsDelivered } from "./effects/delivered.ts";
import { withFollowUp } from "./effects/follow-up.ts";
import { withRemoval } from "./effects/removal.ts";
import { externalCompleted, externalFailed } from "./external/ending.ts";
import { withOffers } from "./external/offers.ts";
import { externalHeartbeat, externalPolled } from "./external/taking.ts";
import { ignored } from "./ignored.ts";
import { lost } from "./lost.ts";
import { timerDue } from "./policies/time-outs.ts";
import { carried } from "./processes/carried.ts";
import { alsoEnded, processGroupEnded } from "./processes/ended.ts";
import { processGroupUnknown } from "./processes/unknown.ts";
import { withNotes } from "./search/noted.ts";
import { signal } from "./signal.ts";
import { finish } from "./step/finish.ts";
import { end, nextStep } from "./step/next-step.ts";
import { withResultsTold } from "./told/results-told.ts";
import { undoFailure } from "./undo/next-undo.ts";

/**
 * What must follow an event: the whole engine. Pure and synchronous; clock, chance and limits come in as values.
 * A repeated, stale or impossible event is ignored with the reason, so "load, decide, commit again" is always right.
 */
export function decide(model: Workflow, job: Job, event: Event, moment: Moment): Decision {
  const decision = decideAlone(model, job, event, moment);
  if (decision.kind === "ignored") return decision;
  const change = withOffers(job, withFollowUp(model, job, event, decision, moment));
  return withNotes(model, job, withRemoval(job, event, change, moment), moment);
}

/** What follows in the job itself. */
function decideAlone(model: Workflow, job: Job, event: Event, moment: Moment): Decision {
  switch (event.kind) {
    case "start":
      return start(model, job, event, moment);
    case "attempt_started":
      return attemptStarted(job, event, moment);
    case "attempt_finished":
      return alsoEnded(job, event.group, attemptFinished(model, job, event, moment));
    case "process_group_ended":
      return processGroupEnded(job, event.group);
    case "process_group_unknown":
      return processGroupUnknown(model, job, event, moment);
    case "timer_due":
      return timerDue(model, job, moment);
    case "signal":
      return signal(model, job, event, moment);
    case "cancel":
      if (isFinal(job.status)) return ignored("not_allowed_in_state");
      if (event.call !== undefined && event.call !== callOf(job)) return ignored("stale_call");
      if (event.undo === false)
        return finish(job, noStep, moment, { status: "terminated", error: reasonToUndo(job), by: askedBy(event) });
      // Its end is decided already; whoever asks twice must not keep it from undoing what it did.
      if (endingOf(job) !== undefined) return ignored("not_allowed_in_state");
      return end(model, job, noStep, moment, { status: "terminated", by: askedBy(event) });
    case "pause":
      return pause(job, event, moment);
    case "resume":
      return resume(job, event, moment);
    case "retry":
      return begunAnew(model, job, retry(model, job, event, moment), moment);
    case "skip":
      return begunAnew(model, job, skip(model, job, event, moment), moment);
    case "restart":
      return begunAnew(event.ran ?? model, job, restart(model, job, event, moment), moment);
    case "lost":
      return lost(model, job, event, moment);
    case "effects_delivered":
      return effectsDelivered(job, event, moment);
    case "child_ended":
      return childEnded(model, job, event, moment);
    case "called":
      return begunAnew(model, job, called(model, job, event, moment), moment);
    case "external_polled":
      return externalPolled(model, job, event, moment);
    case "external_heartbeat":
      return externalHeartbeat(model, job, event, moment);
    case "external_completed":
      return externalCompleted(model, job, event, moment);
    case "external_failed":
      return externalFailed(model, job, event, moment);
    case "commit_refused":
      return failed(model, job, event.fence, moment, { code: "commit_refused", message: event.reason });
    case "defect":
      return failed(model, job, event.fence, moment, event.error);
    default:
      return event satisfies never;
  }
}

/** What people change may leave processes and results behind, neither of which may be lost. `ran`: what the job has run until now. */
function begunAnew(ran: Pick<Workflow, "secretParameters">, job: Job, decision: Decision, moment: Moment): Decision {
  return withResultsTold(ran, job, carried(job, decision), moment);
}

/** Why the job was to end before people cut its undos short, with what failed of these: people have to know, all the more so. */
function reasonToUndo(job: Job): Failure | undefined {
  return endingOf(job) === undefined ? undefined : (undoFailure(job.tasks, job.error) ?? job.error);
}

const noStep = { tasks: [], history: [] };

function failed(model: Workflow, job: Job, fence: number | undefined, moment: Moment, error: Failure): Decision {
  if (isFinal(job.status)) return ignored("not_allowed_in_state");
  if (fence !== undefined && job.lease?.fence !== fence) return ignored("stale_fence");
  return end(model, job, noStep, moment, { status: "failed", error });
}

/** A job that begins later is decided now, as of then: no task is due before, and no time runs until then. */
function start(model: Workflow, job: Job, { dueAt }: StartEvent, moment: Moment): Decision {
  if (job.status !== "pending" || job.tasks.length > 0) return ignored("applied_before");
  const beginsLater = dueAt !== undefined && dueAt > moment.nowMs;
  const then = beginsLater ? { ...moment, nowMs: dueAt } : moment;
  const entry = { at: moment.nowMs, type: "job_started", run: job.run, ...(beginsLater && { dueAt }) } as const;
  const change = nextStep(model, job, { tasks: [], history: [entry] }, then);
  return model.timeoutMs === undefined ? change : { ...change, deadlineAt: then.nowMs + model.timeoutMs };
}
