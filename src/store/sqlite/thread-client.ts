import { Worker } from "node:worker_threads";
import { StartError, StoreUnavailable } from "../../model/errors.ts";
import type { Read, Request, Response, Result, ThreadData, Write } from "./protocol.ts";
import { startErrorOf } from "./start-error.ts";

/** How a request ends: with an answer, or with why there is none. */
type Settle = (ended: { readonly results: readonly Result[] } | { readonly error: Error }) => void;

interface Pending {
  /** Gone when it has ended: tables of the past may refer to this entry still (docs/decisions/0004-engine-and-leases.md). */
  settle: Settle | undefined;
}

/** The main side of the store's thread: requests by number, each answered once. */
export class ThreadClient {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #last = 0;
  #ended = false;
  #closing = false;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  /** Starts the thread and waits until the file is open. Throws `StartError`. */
  static async start(data: ThreadData): Promise<ThreadClient> {
    const worker = new Worker(new URL("./thread.ts", import.meta.url), {
      workerData: data,
      execArgv: [],
      name: "store",
    });
    const client = new ThreadClient(worker);
    const opened = await new Promise<Response>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
      worker.once("exit", () => reject(new Error("The store's thread ended before the file was open")));
    });
    if (opened.kind === "not_opened") {
      await worker.terminate();
      throw opened.start
        ? new StartError(3, opened.message)
        : startErrorOf(data.path, opened.resultCode, opened.message);
    }
    client.#listen();
    return client;
  }

  write(asks: readonly Write[]): Promise<readonly Result[]> {
    return this.#request((id) => ({ kind: "write", id, asks }));
  }

  read(asks: readonly Read[]): Promise<readonly Result[]> {
    return this.#request((id) => ({ kind: "read", id, asks }));
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    this.#closing = true;
    const exited = new Promise((resolve) => this.#worker.once("exit", resolve));
    this.#worker.postMessage({ kind: "close" } satisfies Request);
    await exited;
  }

  #request(make: (id: number) => Request): Promise<readonly Result[]> {
    if (this.#ended) return Promise.reject(new StoreUnavailable("The store's thread has ended"));
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { settle: (ended) => ("error" in ended ? reject(ended.error) : resolve(ended.results)) });
      this.#worker.postMessage(make(id));
    });
  }

  #listen(): void {
    this.#worker.on("message", (response: Response) => {
      if (response.kind !== "done" && response.kind !== "failed") return;
      const settle = this.#takeOut(response.id);
      if (response.kind === "done") settle?.(response);
      else settle?.({ error: new StoreUnavailable(`The store failed: ${response.message}`) });
    });
    this.#worker.on("error", (error: unknown) => this.#end(error));
    this.#worker.on("exit", () => this.#end(undefined));
  }

  /** Without its thread the process is of no use, and cannot be mended from inside: it ends, and what it held is rescued. */
  #end(cause: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    if (!this.#closing)
      queueMicrotask(() => {
        throw new Error("The store's thread ended unexpectedly", { cause });
      });
    for (const id of [...this.#pending.keys()])
      this.#takeOut(id)?.({ error: new StoreUnavailable("The store's thread has ended", cause) });
  }

  #takeOut(id: number): Settle | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    const settle = pending?.settle;
    if (pending !== undefined) pending.settle = undefined;
    return settle;
  }
}
