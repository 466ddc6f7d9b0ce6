import { readFile } from "node:fs/promises";

/** One line of a receiver's log: a call, written when it was answered or when the caller had hung up. */
export interface ReceivedCall {
  /** 1 for the first line; a gap means that the log is not whole. */
  readonly line: number;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  /** Monotonic ms, comparable between the processes of a machine. */
  readonly receivedAtMs: number;
  /** Epoch ms. */
  readonly receivedWallMs: number;
  /** Monotonic ms at which the whole answer was handed to the system; absent where the caller hung up before. */
  readonly answeredAtMs?: number;
  /** Monotonic ms at which the caller hung up before the answer. */
  readonly abandonedAtMs?: number;
  /** Of the answer that was given or meant to be given. */
  readonly status: number;
}

export async function readReceiverLog(path: string): Promise<ReceivedCall[]> {
  const text = await readFile(path, "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as ReceivedCall);
}
