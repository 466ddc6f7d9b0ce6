import type { Deps } from "../../jobs/deps.ts";
import type { JobId } from "../../model/ids.ts";
import type { AttemptRunner } from "../attempt-runner.ts";
import type { Crowds } from "../slots/crowds.ts";
import type { ExpectedTargets } from "../slots/expected-targets.ts";
import type { Slots } from "../slots/slots.ts";
import type { LeftGroupsHost } from "./left-groups.ts";

/** What the worker knows of who runs one of its jobs. */
export interface Runner {
  readonly id: JobId;
  /** When the job has to be looked at again, where it waits for that without a worker. */
  readonly parkedUntil: number | undefined;
}

/** What a job's runner needs of its worker. */
export interface RunnerHost extends LeftGroupsHost {
  readonly deps: Deps;
  readonly slots: Slots;
  readonly targets: ExpectedTargets;
  readonly crowds: Crowds;
  readonly run: AttemptRunner;
  /** The worker is stopping: nothing new is begun. */
  draining(): boolean;
  /** The lease behind this runner may be trusted still. */
  alive(): boolean;
  /** A suspect has a result: others may run beside it again. */
  cleared(): void;
  /** The runner is done with the job: it is final, given back, or somebody else's. */
  done(runner: Runner, how: "ended" | "give_back"): void;
  /** The store's failure, or a bug that the job could not even be failed with: the worker decides what to trust. */
  failed(runner: Runner, error: unknown): void;
}
