import type { Call, Evidence, FinalJob, Incarnation, Interval, Start, Transition } from "./evidence.ts";
import { chainOf } from "./steps.ts";

/** A flawless run of two jobs, to be spoiled by the tests of the checker. Monotonic and wall clock are the same here. */
export class SyntheticRun {
  readonly tasks = ["one", "two", "three"];
  starts: Start[] = [];
  calls: Call[] = [];
  jobs: FinalJob[] = [];
  incarnations: Incarnation[] = [
    { name: "worker-1", stops: [], gaveUpAtMs: [] },
    { name: "worker-2", stops: [], gaveUpAtMs: [] },
  ];

  outages: Interval[] = [];

  constructor() {
    for (const marker of ["a", "b"]) {
      this.starts.push({ marker, idempotencyKey: `start-${marker}`, acknowledged: [`id-${marker}`] });
      this.jobs.push({ id: `id-${marker}`, marker, status: "done", history: this.#history(marker) });
    }
  }

  /** Step n is called at n * 1000, answered 100 ms later and recorded 10 ms after that. */
  #history(marker: string): Transition[] {
    const results = this.tasks.map((task, index): Transition => {
      const receivedAtMs = (index + 1) * 1000;
      this.call({ marker, task, receivedAtMs, answeredAtMs: receivedAtMs + 100 });
      return { atWallMs: receivedAtMs + 110, type: "task_completed", task, attempt: 1, worker: "w1", fence: 1 };
    });
    return [{ atWallMs: 900, type: "job_started" }, ...results, { atWallMs: 3110, type: "job_completed" }];
  }

  /** One more line in the receiver's log. */
  call(about: Partial<Omit<Call, "answeredAtMs">> & { readonly answeredAtMs: number | undefined }): void {
    const { answeredAtMs, ...rest } = about;
    const call = {
      line: this.calls.length + 1,
      marker: "a",
      task: "one",
      idempotencyKey: `key-${rest.marker ?? "a"}-${rest.task ?? "one"}`,
      incarnation: "worker-1",
      receivedAtMs: 1000,
      status: 200,
      ...rest,
    };
    const received = { ...call, receivedWallMs: call.receivedAtMs };
    this.calls.push(answeredAtMs === undefined ? received : { ...received, answeredAtMs });
  }

  /** Replaces the call of a step of job a. */
  recall(task: string, change: (call: Call) => Call): void {
    this.calls = this.calls.map((call) => (call.marker === "a" && call.task === task ? change(call) : call));
  }

  /** Replaces job a. */
  rejob(change: (job: FinalJob) => FinalJob): void {
    this.jobs = this.jobs.map((job) => (job.marker === "a" ? change(job) : job));
  }

  /** Replaces the result of a task of job a in the history; what `change` gives stands in its place. */
  retell(task: string, change: (entry: Transition) => readonly Transition[]): void {
    this.rejob((job) => ({
      ...job,
      history: job.history.flatMap((entry) => (entry.task === task ? change(entry) : [entry])),
    }));
  }

  kill(name: string, atMs: number): void {
    this.#fault(name, (incarnation) => ({ ...incarnation, killed: { fromMs: atMs, toMs: atMs + 5 } }));
  }

  stop(name: string, fromMs: number, toMs: number): void {
    this.#fault(name, (incarnation) => ({ ...incarnation, stops: [...incarnation.stops, { fromMs, toMs }] }));
  }

  outage(fromMs: number, toMs: number): void {
    this.outages.push({ fromMs, toMs });
  }

  giveUp(name: string, atMs: number): void {
    this.#fault(name, (incarnation) => ({ ...incarnation, gaveUpAtMs: [...incarnation.gaveUpAtMs, atMs] }));
  }

  #fault(name: string, change: (incarnation: Incarnation) => Incarnation): void {
    this.incarnations = this.incarnations.map((incarnation) =>
      incarnation.name === name ? change(incarnation) : incarnation,
    );
  }

  evidence(): Evidence {
    const { starts, calls, jobs, incarnations, outages } = this;
    const leases = { leaseMs: 1000, heartbeatMs: 300, clockSlackMs: 20 };
    const settings = { ...leases, receiveWithinMs: 200, commitWithinMs: 500, settleMs: 500 };
    return { steps: chainOf(this.tasks), starts, calls, jobs, incarnations, outages, settings };
  }
}
