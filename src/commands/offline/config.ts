import { explainConfig } from "../../config/explain.ts";
import { StartError } from "../../model/errors.ts";
import { type Globals, loadFor } from "../globals.ts";
import { note, print, printJson, table } from "../terminal.ts";

/** Every effective setting with its origin; secrets are masked. */
export async function config(globals: Globals): Promise<number> {
  const loaded = await loadFor(globals, false);
  const settings = explainConfig(loaded);
  if (globals.json === true) {
    printJson(Object.fromEntries(settings.map(({ key, value, origin }) => [key, { value, origin }])));
  } else {
    const rows = settings.map(({ key, value, origin }) => [key, origin, value === null ? "" : shown(value)]);
    print(table(["SETTING", "ORIGIN", "VALUE"], rows));
  }
  for (const warning of loaded.warnings) note(`warning: ${warning}`);
  await warnOfServing(globals);
  return 0;
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What is fine for a worker may be none for a server. */
async function warnOfServing(globals: Globals): Promise<void> {
  try {
    await loadFor(globals, true);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    note(`warning: server and standalone would not start: ${error.message}`);
  }
}
