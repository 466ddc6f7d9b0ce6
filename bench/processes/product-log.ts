import type { ChildProcess } from "node:child_process";
import { on } from "node:events";
import { watch } from "node:fs";
import { type FileHandle, open, readFile } from "node:fs/promises";
import { join } from "node:path";

let logs = 0;

/**
 * Where a part of the product logs to: a file, as a service's log does. Whoever read it through a pipe would need a quarter of two cores
 * under load, and so take part in what is measured.
 */
export class ProductLog implements AsyncDisposable {
  readonly #path: string;
  readonly #file: FileHandle;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  static async open(folder: string): Promise<ProductLog> {
    const path = join(folder, `${logs++}.log`);
    return new ProductLog(path, await open(path, "wx"));
  }

  get fd(): number {
    return this.#file.fd;
  }

  /** The line with which the process says that it is ready. Throws with the log if the process ends before. */
  async readyLine(child: ChildProcess): Promise<string> {
    const ended = new AbortController();
    child.once("exit", () => ended.abort());
    using watched = new DisposableStack();
    const watcher = watched.adopt(watch(this.#path), (one) => one.close());
    const changes = on(watcher, "change", ended); // before the first look, so that nothing is missed
    for (;;) {
      const text = await this.#text();
      const found = /^.*"msg":"ready".*$/m.exec(text)?.[0];
      if (found !== undefined) return found;
      if (ended.signal.aborted) throw new Error(`It ended with ${child.exitCode}:\n${text}`);
      await changes.next().catch(() => undefined); // it ended
    }
  }

  #text(): Promise<string> {
    return readFile(this.#path, "utf8");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}
