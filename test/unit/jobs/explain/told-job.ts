import { explain } from "../../../../src/jobs/explain/explain.ts";
import type { ExplainedAttempt, Explanation } from "../../../../src/jobs/explain/explanation.ts";
import type { SiteFacts } from "../../../../src/jobs/explain/facts.ts";
import { withResults } from "../../../../src/jobs/explain/told-history.ts";
import type { Event } from "../../../../src/model/decision/event.ts";
import { evolve } from "../../../../src/model/job/evolve.ts";
import type { HistoryEntry } from "../../../../src/model/job/history.ts";
import type { Job } from "../../../../src/model/job/job.ts";
import type { Outcome } from "../../../../src/model/job/task-execution.ts";
import type { Workflow } from "../../../../src/model/workflow.ts";
import { at, begin, blankJob, changeBy, claimed, expired, finished } from "../../engine/situation.ts";

/** A job that goes its way through the engine, with the history that this writes. */
export class ToldJob {
  job: Job;
  readonly history: HistoryEntry[] = [];
  readonly #model: Workflow;

  constructor(model: Workflow, more: Partial<Job> = {}) {
    this.#model = model;
    this.job = blankJob(model, more);
    this.does({ kind: "start" }, 0);
  }

  does(event: Event, afterMs: number): this {
    const change = changeBy(this.#model, this.job, event, at(afterMs));
    this.history.push(...change.history);
    this.job = evolve(this.job, change, this.job.version + 1);
    return this;
  }

  claimedBy(worker: string): this {
    this.job = claimed(this.job, worker);
    return this;
  }

  /** Of the attempt that is open. */
  ends(outcome: Outcome, afterMs: number, worker = "w1"): this {
    return this.does(finished(this.job, outcome, { worker, startedAt: begin + afterMs - 5 }), afterMs);
  }

  /** Its worker is lost, and another one tells it. */
  loses(afterMs: number, next: string): this {
    const worker = this.job.lease?.worker ?? "";
    const lost = expired(this.job);
    this.job = claimed({ ...lost, lostBy: { worker, at: begin + afterMs, lost: lost.lost } }, next);
    return this.does({ kind: "lost", fence: this.job.fence, lost: this.job.lost }, afterMs + 10);
  }

  explained(afterMs: number, site?: SiteFacts): Explanation {
    const history = withResults(this.history, this.job, (text) => text);
    const facts = { job: this.job, model: this.#model, history, nowMs: begin + afterMs };
    return explain(site === undefined ? facts : { ...facts, site });
  }

  /** Of the first task. */
  attempts(afterMs = 1000): readonly ExplainedAttempt[] {
    return this.explained(afterMs).tasks[0]?.attempts ?? [];
  }
}
