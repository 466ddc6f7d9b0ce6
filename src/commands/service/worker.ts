import type { Globals, TakesOptions } from "../globals.ts";
import { runService } from "./run-service.ts";

/** A worker alone: runs what servers took. */
export function worker(globals: Globals, takes: TakesOptions): Promise<number> {
  const roles = { api: false, worker: true, migrate: globals.automigrate === true };
  return runService(globals, { name: "worker", roles, takes });
}
