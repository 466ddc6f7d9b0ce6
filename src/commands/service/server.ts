import type { Globals } from "../globals.ts";
import { runService } from "./run-service.ts";

/** The API alone: takes starts and runs nothing. */
export function server(globals: Globals): Promise<number> {
  const roles = { api: true, worker: false, migrate: globals.automigrate === true };
  return runService(globals, { name: "server", roles });
}
