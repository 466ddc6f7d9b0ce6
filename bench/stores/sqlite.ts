import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSqliteFloor } from "../floor/sqlite.ts";
import type { EmptyStore, MeasuredStore } from "./measured-store.ts";

export function measuredSqlite(): MeasuredStore {
  return {
    name: "sqlite",
    roles: {},
    empty: emptyFile,
    startFloor: startSqliteFloor,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function emptyFile(): Promise<EmptyStore> {
  const folder = await mkdtemp(join(tmpdir(), "workflows-bench-"));
  return {
    settings: { sqlite_path: join(folder, "workflows.db") },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
