import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

export interface ProcessMemory {
  readonly rssMib: number;
  /** Of the main thread, after a full garbage collection. */
  readonly heapMib: number;
}

const mebibyte = 1024 * 1024;

/** Option for a process whose memory is to be measured; its debugger then prints where it listens. */
export const inspectable = { NODE_OPTIONS: "--inspect=127.0.0.1:0" };

/** Memory of a process that was started `inspectable`, once it is quiet: collects garbage over the debugger's protocol, then takes the least of several looks. */
export async function memoryOf(pid: number, output: string, looks = 10): Promise<ProcessMemory> {
  const address = /ws:\/\/127\.0\.0\.1:\d+\/[\w-]+/.exec(output)?.[0];
  if (address === undefined) throw new Error("The process was not started inspectable");
  const inspector = await Inspector.open(address);
  let rssMib = Infinity;
  for (let look = 0; look < looks; look += 1) {
    await inspector.ask("HeapProfiler.collectGarbage");
    await delay(300);
    rssMib = Math.min(rssMib, residentBytes(pid) / mebibyte);
  }
  const { usedSize } = (await inspector.ask("Runtime.getHeapUsage")) as { usedSize: number };
  inspector.close();
  return { rssMib, heapMib: usedSize / mebibyte };
}

function residentBytes(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1]) * 1024;
}

/** As much of the debugger's protocol as is needed. */
class Inspector {
  readonly #socket: WebSocket;
  #id = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  static open(address: string): Promise<Inspector> {
    const socket = new WebSocket(address);
    return new Promise((resolve, reject) => {
      socket.addEventListener("open", () => resolve(new Inspector(socket)), { once: true });
      socket.addEventListener("error", () => reject(new Error(`No debugger at ${address}`)), { once: true });
    });
  }

  ask(method: string): Promise<unknown> {
    this.#id += 1;
    const id = this.#id;
    return new Promise((resolve) => {
      const read = (event: MessageEvent): void => {
        const answer = JSON.parse(String(event.data)) as { readonly id?: number; readonly result?: unknown };
        if (answer.id !== id) return;
        this.#socket.removeEventListener("message", read);
        resolve(answer.result);
      };
      this.#socket.addEventListener("message", read);
      this.#socket.send(JSON.stringify({ id, method }));
    });
  }

  close(): void {
    this.#socket.close();
  }
}
