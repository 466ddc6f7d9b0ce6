import { StoreUnavailable } from "../../model/errors.ts";
import { CommitQueue, type Lane, type Outcome } from "../commit-queue.ts";
import type { Result, Write, WriteKind, Writes } from "./protocol.ts";

/** One ask, and how much of a batch it takes. */
export interface Piece<K extends WriteKind> {
  readonly ask: Writes[K]["ask"];
  readonly members: number;
  readonly bytes: number;
}

/** Writes in group commits, each kind in its lane. */
export class WriteQueue {
  readonly #queue: CommitQueue<Write, unknown>;

  constructor(send: (writes: readonly Write[]) => Promise<readonly Result[]>) {
    this.#queue = new CommitQueue(async (writes) => (await send(writes)).map(outcomeOf));
  }

  get writable(): boolean {
    return this.#queue.writable;
  }

  async write<K extends WriteKind>(kind: K, ask: Writes[K]["ask"]): Promise<Writes[K]["answer"]> {
    const [answer] = await this.writePieces(kind, [{ ask, members: 1, bytes: 0 }]);
    return answer as Writes[K]["answer"];
  }

  /** All pieces are queued, or none. */
  async writePieces<K extends WriteKind>(kind: K, pieces: readonly Piece<K>[]): Promise<Writes[K]["answer"][]> {
    const lane = laneOf(kind);
    const calls = pieces.map(({ ask, members, bytes }) => ({ ask: { kind, ask } as Write, lane, members, bytes }));
    return (await this.#queue.submit(calls)) as Writes[K]["answer"][];
  }

  close(): Promise<void> {
    return this.#queue.close();
  }
}

function laneOf(kind: WriteKind): Lane {
  switch (kind) {
    case "insert":
      return "starts";
    case "prune":
    case "forget":
      return "tidying";
    default:
      return "results";
  }
}

function outcomeOf(result: Result): Outcome<unknown> {
  return "answer" in result ? result : { error: new StoreUnavailable(`The store refuses this: ${result.failed}`) };
}
