import { WorkflowsError } from "../model/errors.ts";
import { memberKey } from "../model/ids.ts";
import type { JsonObject } from "../model/json.ts";
import type { Workflow } from "../model/workflow.ts";
import type { InsertAnswer, NewJob } from "../store/store.ts";
import type { Deps } from "./deps.ts";
import { removeIfOver } from "./placement/over-at-start.ts";
import { checkInput, decideStart, type StartAsk, type Started, startedBy, workflowFor } from "./start.ts";

/** Of one batch. */
export const mostInputs = 10_000;

export interface BatchAsk extends Omit<StartAsk, "input"> {
  /** An input each, or why it is none. */
  readonly inputs: readonly (JsonObject | WorkflowsError)[];
}

/** What came of one member: a job that is durable, or why there is none (or, after `store_unavailable`, perhaps none). */
export type MemberAnswer = Started | WorkflowsError;

/**
 * One insert has so many jobs at most, and begins no further one when their inputs have so many bytes: the store writes it within milliseconds,
 * and whatever else is to be written comes between two of them.
 */
const pieceJobs = 128;
const pieceBytes = 1024 * 1024;

/** Inserts of one batch that wait for the store at once: enough to fill its commits, too few to keep others waiting for long. */
const piecesUnderWay = 6;

/**
 * Starts a job for each input of one workflow, an answer each, in order; each is durable when this resolves. A mistake in one input keeps no other from
 * starting. When the store fails, or has too much to do, nothing more is given to it, and the rest have that error.
 * Throws workflow_not_found; and overloaded or store_unavailable where not a single job is known to be stored.
 */
export async function startJobs(deps: Deps, ask: BatchAsk): Promise<MemberAnswer[]> {
  const workflow = await workflowFor(deps, ask);
  return new Batch(deps, workflow, ask).run();
}

interface Member {
  readonly index: number;
  readonly ask: StartAsk;
  readonly bytes: number;
}

class Batch {
  readonly #deps: Deps;
  readonly #workflow: Workflow;
  readonly #ask: BatchAsk;
  readonly #answers: (MemberAnswer | undefined)[];
  #next = 0;
  #inserted = 0;
  /** Why nothing more is given to the store. */
  #failure: WorkflowsError | undefined;

  constructor(deps: Deps, workflow: Workflow, ask: BatchAsk) {
    this.#deps = deps;
    this.#workflow = workflow;
    this.#ask = ask;
    this.#answers = ask.inputs.map(() => undefined);
  }

  /** Workers hear of the jobs when all are stored: in one process with the API, what they run would be in the way of the rest. */
  async run(): Promise<MemberAnswer[]> {
    try {
      await Promise.all(Array.from({ length: piecesUnderWay }, () => this.#insertPieces()));
    } finally {
      const { name, topic } = this.#workflow;
      if (this.#inserted > 0) this.#deps.notifier.publish({ kind: "ready", workflow: name, topic });
    }
    const failure = this.#failure;
    if (failure === undefined) return this.#answers.map((answer) => answer ?? missing());
    if (!this.#answers.some((answer) => answer !== undefined && "id" in answer)) throw failure;
    return this.#answers.map((answer) => answer ?? failure);
  }

  async #insertPieces(): Promise<void> {
    while (this.#failure === undefined) {
      const piece = this.#nextPiece();
      if (piece.length === 0) return;
      for (let rest = piece; rest.length > 0; ) rest = await this.#insert(rest);
    }
  }

  /** The next members whose input is right; the others are answered. Empty where none is left. */
  #nextPiece(): Member[] {
    const { inputs } = this.#ask;
    const piece: Member[] = [];
    let bytes = 0;
    while (this.#next < inputs.length && piece.length < pieceJobs && bytes < pieceBytes) {
      const index = this.#next++;
      const checked = this.#checked(index, inputs[index]);
      if (checked instanceof WorkflowsError) this.#answers[index] = checked;
      else {
        piece.push(checked);
        bytes += checked.bytes;
      }
    }
    return piece;
  }

  #checked(index: number, input: JsonObject | WorkflowsError | undefined): Member | WorkflowsError {
    if (input === undefined || input instanceof WorkflowsError) return input ?? missing();
    const { inputs: _inputs, idempotencyKey: key, ...ask } = this.#ask;
    const own = { ...ask, input, ...(key !== undefined && { idempotencyKey: memberKey(key, index) }) };
    try {
      return { index, ask: own, bytes: checkInput(this.#deps, this.#workflow, input) };
    } catch (error) {
      if (error instanceof WorkflowsError) return error;
      throw error;
    }
  }

  /** Answers those whose id was another job's by chance. */
  async #insert(members: readonly Member[]): Promise<Member[]> {
    const starts = members.map(({ ask, bytes }) => decideStart(this.#deps, this.#workflow, ask, bytes));
    try {
      const answers = await this.#deps.store.jobs.insert(starts);
      const again = members.filter((member, at) => this.#answer(member, starts[at], answers[at]) === "again");
      const stored = starts.filter((_, at) => answers[at]?.kind === "inserted");
      await Promise.all(stored.map(({ job }) => removeIfOver(this.#deps, job)));
      return again;
    } catch (error) {
      if (!(error instanceof WorkflowsError)) throw error;
      this.#failure ??= error;
      for (const { index } of members) this.#answers[index] ??= error;
      return [];
    }
  }

  #answer({ index }: Member, start: NewJob | undefined, answer: InsertAnswer | undefined): "again" | "answered" {
    if (start === undefined || answer === undefined) throw new Error("The store gave too few answers to an insert");
    const started = startedBy(this.#deps, start, answer);
    if (started === "again") return started;
    this.#answers[index] = started;
    if (answer.kind === "inserted") this.#inserted += 1;
    return "answered";
  }
}

function missing(): WorkflowsError {
  return new WorkflowsError("internal", "A member of a batch has no answer");
}
