import type { Job } from "../../../client/workflows.ts";
import { type ProgressOutput, progressOutput } from "../../progress.ts";
import { colouredState, printable } from "../../terminal.ts";
import { shortDuration } from "../present/job-text.ts";

/** Where progress is told, with the size of the terminal where it is one. */
export interface LiveOutput extends ProgressOutput {
  readonly columns?: number;
  readonly rows?: number;
}

type Task = Job["tasks"][number];

const redrawnEveryMs = 1000;

/** Where there are no sizes. */
const usualColumns = 80;
const usualRows = 24;

/** How the tasks of a job stand, as it goes on: on a terminal a line for each, written over in place and gone at the end; in a pipe a line for each change. */
export class TaskLines {
  readonly #output: LiveOutput;
  readonly #now: () => number;
  /** In a pipe: what was told of each task. */
  readonly #told = new Map<string, string>();
  /** On a terminal: since when each task has stood as it does. */
  readonly #since = new Map<string, { readonly stand: string; readonly ms: number }>();
  #drawn = 0;
  /** On a terminal: tells how long a task stands as it does, also while nothing happens. */
  #timer: NodeJS.Timeout | undefined;

  /** `now` is a monotonic clock, in ms. */
  constructor(output: LiveOutput = progressOutput(), now: () => number = () => performance.now()) {
    this.#output = output;
    this.#now = now;
  }

  /** The job as it is now. */
  show({ tasks }: Pick<Job, "tasks">): void {
    if (this.#output.isTTY !== true) {
      this.#tell(tasks);
      return;
    }
    this.#draw(tasks);
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#draw(tasks), redrawnEveryMs).unref();
  }

  /** Takes away what would be written over. */
  end(): void {
    clearInterval(this.#timer);
    this.#output.write(this.#cleared());
    this.#drawn = 0;
  }

  #tell(tasks: readonly Task[]): void {
    for (const task of tasks) {
      const key = keyOf(task);
      const text = standOf(task);
      if (this.#told.get(key) === text) continue;
      this.#told.set(key, text);
      this.#output.write(`${printable(nameOf(task))}: ${printable(text)}\n`);
    }
  }

  #draw(tasks: readonly Task[]): void {
    const { columns = usualColumns, rows = usualRows } = this.#output;
    const most = Math.max(1, rows - 2);
    const hidden = tasks.length > most ? tasks.length - most + 1 : 0;
    const lines = tasks.slice(hidden).map((task) => this.#line(task, columns));
    if (hidden > 0) lines.unshift(`... and ${hidden} before`);
    this.#output.write(this.#cleared() + lines.map((line) => `${line}\n`).join(""));
    this.#drawn = lines.length;
  }

  #line(task: Task, columns: number): string {
    const stand = standOf(task);
    const key = keyOf(task);
    const before = this.#since.get(key);
    const since = before?.stand === stand ? before : { stand, ms: this.#now() };
    this.#since.set(key, since);
    const isOver = task.finish_time !== undefined;
    const forMs = this.#now() - since.ms;
    const after = isOver || forMs < 1000 ? "" : ` for ${shortDuration(Math.floor(forMs / 1000) * 1000)}`;
    const [state = "", ...more] = stand.split(" ");
    const rest = [...more, after.trim()].filter(Boolean).join(" ");
    const name = printable(nameOf(task));
    const room = columns - name.length - state.length - 4;
    const shortened = rest.length > room ? `${rest.slice(0, Math.max(0, room - 1)).toWellFormed()}…` : rest;
    return `  ${name} ${colouredState(state)}${shortened === "" ? "" : ` ${printable(shortened)}`}`;
  }

  #cleared(): string {
    return this.#drawn === 0 ? "" : `\u001b[${this.#drawn}A\u001b[J`;
  }
}

function keyOf({ path, iteration = 0 }: Task): string {
  return `${path} ${iteration}`;
}

/** Tasks of one name in a loop are told apart. */
function nameOf({ name, iteration }: Task): string {
  return iteration === undefined ? name : `${name} [${iteration}]`;
}

/** In one line: the state, the attempt from the second on, why and until when it waits. */
function standOf({ state, attempt, error, due_time: due, job, queue }: Task): string {
  return [
    state,
    attempt > 1 ? `attempt ${attempt}` : "",
    due !== undefined && state !== "completed" ? `due ${due}` : "",
    job === undefined ? "" : `job ${job}`,
    queue === undefined ? "" : `queue ${queue}`,
    error === undefined ? "" : `after ${error.code}: ${error.message}`.replaceAll(/\s+/g, " "),
  ]
    .filter(Boolean)
    .join(" ");
}
