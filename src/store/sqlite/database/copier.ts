import { Worker } from "node:worker_threads";

export type CopierRequest = "copy" | "close";

/** The thread that copies the journal into the file, seen from the one that writes. */
export class Copier {
  readonly #path: string;
  readonly #copied: () => void;
  #worker: Worker | undefined;
  #copying = false;

  /** `copied` is called after each copy, whether it did something or not. */
  constructor(path: string, copied: () => void) {
    this.#path = path;
    this.#copied = copied;
  }

  /** Begins to copy what is there now, unless it is at it. Writers go on meanwhile. */
  copy(): void {
    if (this.#copying) return;
    this.#copying = true;
    this.#worker ??= this.#start();
    this.#worker.postMessage("copy" satisfies CopierRequest);
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    const exited = new Promise((resolve) => worker.once("exit", resolve));
    worker.postMessage("close" satisfies CopierRequest);
    await exited;
  }

  #start(): Worker {
    const worker = new Worker(new URL("./copier-thread.ts", import.meta.url), {
      workerData: this.#path,
      execArgv: [],
      name: "store-copier",
    });
    worker.on("message", () => {
      this.#copying = false;
      this.#copied();
    });
    // The journal only grows without it, until writers are held off for it; the next long journal tries again.
    worker.on("error", () => undefined);
    worker.once("exit", () => {
      this.#worker = undefined;
      this.#copying = false;
    });
    return worker;
  }
}
