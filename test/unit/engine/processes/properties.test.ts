import fc from "fast-check";
import { expect, test } from "vitest";
import { decide } from "../../../../src/engine/decide.ts";
import type { Event } from "../../../../src/model/decision/event.ts";
import { evolve } from "../../../../src/model/job/evolve.ts";
import { executionKey } from "../../../../src/model/job/executions.ts";
import { isFinal, type Job } from "../../../../src/model/job/job.ts";
import { isSameGroup, type ProcessGroup } from "../../../../src/model/job/process-group.ts";
import type { Outcome } from "../../../../src/model/job/task-execution.ts";
import { parallel, sequence, task, workflow } from "../../../support/sample-workflow.ts";
import { check, expectSame } from "../properties/checks/check.ts";
import {
  at,
  claimed,
  expired,
  failedForGood,
  failedRetryable,
  interrupted,
  startedJob,
  succeeded,
} from "../situation.ts";

const retry = { kind: "fixed", retries: 2, delayMs: 0 } as const;
const branches = [task("1/0", { retry }), task("1/1", { whenLost: "fail" })];
const model = workflow(sequence(task("0", { retry }), parallel(branches, { join: 1, onFailure: "wait" }), task("2")));

/** Jobs, each of 10 to 80 steps. `npm run test:properties` looks at more of them; a failure prints its seed for `PROPERTY_SEED`. */
const runs = Number(process.env["PROPERTY_RUNS"] ?? 1000);
const seed = process.env["PROPERTY_SEED"];

/** A command as it is in the world, whatever the job says of it. */
interface Command {
  readonly group: ProcessGroup;
  readonly key: string;
  readonly attempt: number;
  readonly worker: Worker;
  /** The start was stored, and it works. */
  works: boolean;
  lives: boolean;
}

interface Worker {
  readonly fence: number;
  /** It died: it ends nothing of its own and tells nothing any more. */
  dead: boolean;
}

type Step =
  | { readonly kind: "claim"; readonly sees: boolean }
  | { readonly kind: "begin"; readonly die: boolean }
  | { readonly kind: "end"; readonly which: number; readonly outcome: Outcome; readonly told: boolean }
  | { readonly kind: "lose"; readonly die: boolean }
  | { readonly kind: "ask"; readonly what: "cancel" | "retry" | "restart" }
  | { readonly kind: "ask_of_task"; readonly what: "skip" | "retry"; readonly which: number };

const outcomes = fc.constantFrom(succeeded, succeeded, failedRetryable, failedForGood, interrupted);

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant("claim" as const), sees: fc.boolean() }) },
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant("begin" as const), die: fc.constantFrom(false, false, true) }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant("end" as const),
        which: fc.nat(9),
        outcome: outcomes,
        told: fc.boolean(),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("lose" as const), die: fc.boolean() }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("ask" as const),
        what: fc.constantFrom("cancel" as const, "retry" as const, "restart" as const),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("ask_of_task" as const),
        what: fc.constantFrom("skip" as const, "retry" as const),
        which: fc.nat(9),
      }),
    },
  ),
  { minLength: 10, maxLength: 80, size: "max" },
);

/** One job, its workers and the commands that they start. A worker does what `worker/running/job-runner.ts` does. */
class World {
  job: Job = startedJob(model);
  readonly commands: Command[] = [];
  /** The engine was told that nobody can tell: it may forget these. */
  readonly #givenUp: ProcessGroup[] = [];
  #worker: Worker | undefined;
  #nextPid = 100;

  step(step: Step): void {
    switch (step.kind) {
      case "claim":
        this.#claim(step.sees);
        break;
      case "begin":
        this.#begin(step.die);
        break;
      case "end":
        this.#end(step);
        break;
      case "lose":
        this.#lose(step.die);
        break;
      case "ask":
        this.#apply({ kind: step.what, by: "ada" });
        break;
      case "ask_of_task": {
        const named = this.job.tasks[step.which % Math.max(1, this.job.tasks.length)];
        if (named !== undefined) this.#apply({ kind: step.what, by: "ada", task: named });
        break;
      }
      default:
        step satisfies never;
    }
    this.#check();
  }

  /** `sees`: the new worker runs where the commands of the job run. */
  #claim(sees: boolean): void {
    if (this.job.lease !== undefined || this.job.readyAt === undefined) return;
    this.job = claimed(this.job, `w${this.job.fence}`);
    const { fence, lost } = this.job;
    this.#worker = { fence, dead: false };
    for (const group of held(this.job)) {
      if (sees) this.#kill(group);
      else this.#givenUp.push(group);
      this.#apply(sees ? { kind: "process_group_ended", group } : { kind: "process_group_unknown", fence, group });
    }
    this.#apply({ kind: "lost", fence, lost });
  }

  #begin(die: boolean): void {
    const worker = this.#worker;
    if (worker === undefined || worker.dead || this.job.lease?.fence !== worker.fence) return;
    for (const { path, iteration, attempt, status } of this.job.tasks) {
      if (status !== "scheduled") continue;
      const key = executionKey({ path, iteration });
      if (this.commands.some((other) => other.worker === worker && other.key === key && other.lives)) continue; // it ends first
      const pid = this.#nextPid++;
      const group = { host: "h/b/p", pid, pidStart: String(pid), mark: key };
      const command = { group, key, attempt, worker, works: false, lives: true };
      this.commands.push(command);
      const { fence } = worker;
      const stored = this.#apply({ kind: "attempt_started", fence, path, iteration, attempt, worker: "w", group });
      command.works = stored;
      if (stored) this.#mayWork(command);
      else command.lives = false; // the gate never opens
      if (die) return this.#lose(true);
    }
  }

  #end({ which, outcome, told }: Extract<Step, { kind: "end" }>): void {
    const own = this.commands.filter(({ lives, worker }) => lives && !worker.dead);
    const command = own[which % Math.max(1, own.length)];
    if (command === undefined) return;
    command.lives = false;
    const { group, attempt, worker } = command;
    const [path = "", iteration = "0"] = command.key.split("#");
    const about = { fence: worker.fence, path, iteration: Number(iteration), attempt, worker: "w" };
    if (told)
      this.#apply({ kind: "attempt_finished", ...about, startedAt: at(0).nowMs, durationMs: 1, outcome, group });
    else this.#apply({ kind: "process_group_ended", group });
  }

  #lose(die: boolean): void {
    if (this.#worker !== undefined && die) this.#worker.dead = true;
    this.#worker = undefined;
    if (this.job.lease !== undefined) this.job = expired(this.job);
  }

  #isGivenUp(group: ProcessGroup): boolean {
    return this.#givenUp.some((one) => isSameGroup(one, group));
  }

  #kill(group: ProcessGroup): void {
    for (const command of this.commands) if (isSameGroup(command.group, group)) command.lives = false;
  }

  #apply(event: Event): boolean {
    const decision = decide(model, this.job, event, at(this.job.version));
    if (decision.kind === "ignored") return false;
    this.job = JSON.parse(JSON.stringify(evolve(this.job, decision, this.job.version + 1))) as Job;
    return true;
  }

  #mayWork(command: Command): void {
    const beside = this.commands.filter(
      (other) => other !== command && other.lives && other.works && !this.#isGivenUp(other.group),
    );
    for (const other of beside) {
      check(other.worker === command.worker, "commands of two workers do not work at the same time", other);
      check(other.key !== command.key, "a task's command does not run twice at once", other);
    }
  }

  /** Nothing that may work is forgotten, but what was given up; nothing is known twice. */
  #check(): void {
    const known = held(this.job);
    expectSame("each is known once", new Set(known.map(({ pid }) => pid)).size, known.length);
    for (const { group, works, lives } of this.commands) {
      if (!works || !lives || this.#isGivenUp(group)) continue;
      check(
        known.some((one) => isSameGroup(one, group)),
        "what works is known",
        group,
      );
    }
  }
}

function held(job: Job): ProcessGroup[] {
  return job.tasks.flatMap(({ processGroups }) => processGroups ?? []);
}

test(
  "whatever happens to workers and jobs, no command is forgotten while it may work, and none works beside another worker's",
  () => {
    let [begun, ended] = [0, 0];
    fc.assert(
      fc.property(steps, (course) => {
        const world = new World();
        for (const step of course) world.step(step);
        begun += world.commands.length;
        if (isFinal(world.job.status)) ended += 1;
      }),
      { numRuns: runs, ...(seed !== undefined && { seed: Number(seed) }) },
    );
    if (runs < 1000) return;
    expect(begun).toBeGreaterThan(runs);
    expect(ended).toBeGreaterThan(runs * 0.03);
  },
  1000 + runs * 100,
);
