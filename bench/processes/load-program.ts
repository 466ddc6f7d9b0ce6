// The client: raw sockets, each sends a start, waits for its acknowledgement and sends the next.
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { monotonicMs, serve } from "./child.ts";

export interface LoadQuestion {
  readonly port: number;
  /** Numbers 0 to `jobs - 1` are the inputs. */
  readonly jobs: number;
  readonly connections: number;
  /** Absent: `bench`. */
  readonly workflow?: string;
  /** Pause before each start, random between the two; absent: none. */
  readonly pauseMs?: readonly [least: number, most: number];
}

export interface LoadAnswer {
  readonly beganAtMs: number;
  /** When each start was sent, monotonic ms. */
  readonly sentAtMs: readonly number[];
  /** From sending each start to its acknowledgement. */
  readonly acknowledgedAfterMs: readonly number[];
  /** Starts that were refused because of overload, and sent again after a moment. */
  readonly refused: number;
}

const againMs = 50;

serve<LoadQuestion, LoadAnswer>({}, async (question) => {
  const sentAtMs = new Array<number>(question.jobs).fill(0);
  const acknowledgedAfterMs = new Array<number>(question.jobs).fill(0);
  let refused = 0;
  let next = 0;
  const beganAtMs = monotonicMs();
  const oneConnection = async (): Promise<void> => {
    const connection = await Connection.open(question.port, question.workflow ?? "bench");
    for (let job = next++; job < question.jobs; job = next++) {
      if (question.pauseMs !== undefined) await delay(between(question.pauseMs));
      const sent = monotonicMs();
      sentAtMs[job] = sent;
      for (let status = await connection.start(job); status !== 201; status = await connection.start(job)) {
        if (status !== 503) throw new Error(`A start was answered with ${status}`);
        refused += 1;
        await delay(againMs);
      }
      acknowledgedAfterMs[job] = monotonicMs() - sent;
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: question.connections }, oneConnection));
  return { beganAtMs, sentAtMs, acknowledgedAfterMs, refused };
});

function between([least, most]: readonly [number, number]): number {
  return least + Math.random() * (most - least);
}

class Connection {
  readonly #socket: Socket;
  readonly #host: string;
  #received = "";
  #answered: ((status: number) => void) | undefined;

  readonly #workflow: string;

  private constructor(socket: Socket, port: number, workflow: string) {
    this.#socket = socket;
    this.#workflow = workflow;
    this.#host = `127.0.0.1:${port}`;
    socket.on("data", (piece) => this.#read(piece.toString("latin1")));
    socket.on("close", () => this.#answered?.(0));
    socket.on("error", () => socket.destroy());
  }

  static open(port: number, workflow: string): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: "127.0.0.1", noDelay: true });
      socket.once("error", reject);
      socket.once("connect", () => resolve(new Connection(socket, port, workflow)));
    });
  }

  /** Answers the HTTP status, 0 where the connection was closed. */
  start(job: number): Promise<number> {
    const body = `{"n":${job}}`;
    this.#socket.write(
      `POST /api/v1/workflow/${this.#workflow} HTTP/1.1\r\nhost: ${this.#host}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    return new Promise((resolve) => (this.#answered = resolve));
  }

  #read(piece: string): void {
    this.#received += piece;
    const head = this.#received.indexOf("\r\n\r\n");
    if (head < 0) return;
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(this.#received)?.[1] ?? 0);
    if (this.#received.length < head + 4 + length) return;
    const status = Number(this.#received.slice(9, 12));
    this.#received = "";
    this.#answered?.(status);
  }

  close(): void {
    this.#socket.destroy();
  }
}
