import type { ExternalTask } from "./api/answers.ts";
import type { ExternalOperations } from "./api/external-operations.ts";
import { answerWith } from "./http/answer.ts";
import type { Ask, Connection, Reply } from "./http/connection.ts";
import type { CallOptions } from "./jobs.ts";
import { checkOptions, onlySignal } from "./known-options.ts";

export type PollOptions = ExternalOperations["pollExternal"]["body"] & CallOptions;
export type HeartbeatOptions = Omit<ExternalOperations["heartbeatExternal"]["body"], "task"> & CallOptions;

/** Why it could not be done, and whether another try is of use. */
export type ExternalFailure = Omit<ExternalOperations["failExternal"]["body"], "task"> & CallOptions;

/** A task as `poll` answered it, or what it says under `task`. */
export type TakenTask = string | Pick<ExternalTask, "task">;

/**
 * Tasks that jobs put into queues for programs outside. Who takes one holds it until `lease_time`, and says how it ended. `lease_lost` means that it is not his any
 * more, and that he should stop.
 */
export class ExternalTasks {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Takes tasks of a queue; none where nothing waits, after `waitMs` where that is given. Not asked again where the answer was lost: what that had taken comes back when its lease is over. */
  async poll(queue: string, { signal, ...body }: PollOptions = {}): Promise<readonly ExternalTask[]> {
    const { waitMs = 0 } = body;
    const ask = { path: [queue, "poll"], body, signal, waitMs, repeat: "when_refused" } as const;
    return answerWith<ExternalOperations["pollExternal"]["answer"]>(await this.#send(ask), ["tasks"]).tasks;
  }

  /** Says that it is still at work; answers until when the task is held now. */
  async heartbeat(task: TakenTask, { signal, ...body }: HeartbeatOptions = {}): Promise<string> {
    const ask = { path: ["heartbeat"], body: { ...body, task: nameOf(task) }, signal, repeat: "always" } as const;
    return answerWith<ExternalOperations["heartbeatExternal"]["answer"]>(await this.#send(ask), ["lease_time"])
      .lease_time;
  }

  /** It is done; later tasks read `output`, which may be anything that JSON can say. */
  async complete(task: TakenTask, output?: unknown, options: CallOptions = {}): Promise<void> {
    checkOptions("complete", options, onlySignal);
    const { signal } = options;
    await this.#end("complete", { task: nameOf(task), ...(output !== undefined && { output }) }, signal);
  }

  /** It could not be done: it is offered again as the task's retries say, unless `retryable` is false. */
  async fail(task: TakenTask, { signal, ...failure }: ExternalFailure = {}): Promise<void> {
    await this.#end("fail", { ...failure, task: nameOf(task) }, signal);
  }

  /** Repeated where the answer was lost: a second one is answered as the first. */
  async #end(how: "complete" | "fail", body: object, signal: AbortSignal | undefined): Promise<void> {
    const reply = await this.#send({ path: [how], body, signal, repeat: "always" });
    answerWith<ExternalOperations["completeExternal"]["answer"]>(reply, ["success"]);
  }

  #send(ask: Ask): Promise<Reply> {
    return this.#connection.send({ ...ask, method: "POST", path: ["external", ...ask.path] });
  }
}

function nameOf(task: TakenTask): string {
  return typeof task === "string" ? task : task.task;
}
