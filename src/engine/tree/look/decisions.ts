import type { Moment } from "../../../model/decision/moment.ts";
import { type ExecutionName, executionKey } from "../../../model/job/executions.ts";
import type { Job } from "../../../model/job/job.ts";
import type { TaskExecution } from "../../../model/job/task-execution.ts";
import type { JsonValue } from "../../../model/json.ts";
import { isDecided } from "../../../model/tree/decided.ts";
import { RenderError } from "../../../template/render-error.ts";
import { bytesOf, sizeFailure } from "../../result-size.ts";
import { Undecidable } from "../undecidable.ts";
import type { DecidingNode } from "./view.ts";

/** Decided executions that a job may have for each task execution that it may have: a loop without any task must end, too. */
const decidedPerExecution = 10;

/** What the engine decides by itself while it looks at a job's tree; each within the limits of the job. */
export class Decisions {
  /** Each new or instead of an earlier one. */
  readonly made: TaskExecution[] = [];
  readonly #job: Job;
  readonly #tasks: readonly TaskExecution[];
  readonly #moment: Moment;
  readonly #byKey = new Map<string, TaskExecution>();
  #bytes: number;
  #before: number | undefined;

  /** `tasks` and `bytes`: those of the job as they will be. */
  constructor(job: Job, tasks: readonly TaskExecution[], bytes: number, moment: Moment) {
    this.#job = job;
    this.#tasks = tasks;
    this.#bytes = bytes;
    this.#moment = moment;
  }

  /** Input and results together, with what was decided. */
  get bytes(): number {
    return this.#bytes;
  }

  of(name: ExecutionName): TaskExecution | undefined {
    return this.#byKey.size === 0 ? undefined : this.#byKey.get(executionKey(name));
  }

  /** `work` may throw `Undecidable` or `RenderError`: then the node fails. */
  make({ path, name, kind }: DecidingNode, iteration: number, work: () => JsonValue): TaskExecution {
    const { nowMs } = this.#moment;
    const about = { path, iteration, name, type: kind, attempt: 1, scheduledAt: nowMs, finishedAt: nowMs };
    const execution: TaskExecution = { ...about, ...this.#outcomeOf(about, work) };
    this.made.push(execution);
    this.#byKey.set(executionKey(execution), execution);
    this.#bytes += bytesOf(execution.result);
    return execution;
  }

  #outcomeOf(
    about: Omit<TaskExecution, "status">,
    work: () => JsonValue,
  ): Pick<TaskExecution, "status" | "result" | "error"> {
    try {
      this.#checkCount();
      const result = { response: { json: work() } };
      const error = sizeFailure(
        { ...this.#job, bytes: this.#bytes },
        { ...about, status: "completed" },
        result,
        this.#moment,
      );
      return error === undefined ? { status: "completed", result } : { status: "failed", error };
    } catch (error) {
      if (!(error instanceof Undecidable || error instanceof RenderError)) throw error;
      return { status: "failed", error: { code: error.code, message: error.message } };
    }
  }

  #checkCount(): void {
    this.#before ??= this.#tasks.filter(isDecided).length;
    const most = this.#moment.limits.maxTaskExecutions * decidedPerExecution;
    if (this.#before + this.made.length >= most)
      throw new Undecidable(
        "too_many_task_executions",
        `The job would decide more than ${most} times (ten times max_task_executions)`,
      );
  }
}
