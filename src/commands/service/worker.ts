import type { Globals } from "../globals.ts";
import { runService } from "./run-service.ts";

/** A worker alone: runs what servers took. */
export function worker(globals: Globals): Promise<number> {
  const roles = { api: false, worker: true, migrate: globals.automigrate === true };
  return runService(globals, { name: "worker", roles });
}
