import { closest } from "../../../model/closest.ts";
import { ExitError } from "../../exit-error.ts";
import { note, printable } from "../../terminal.ts";
import type { CalledServer } from "../called-server.ts";

/** Of a filter that picked nothing: its workflow may be misspelt, which is told where the server has none of that name. A server that does not list its workflows is believed. */
export async function noteUnknownWorkflow(server: CalledServer, name: string | undefined): Promise<void> {
  if (name === undefined) return;
  const known = await server.ask(({ workflows }) => workflows.list()).catch(noneIfRefused);
  const names = known?.map((workflow) => workflow.name);
  if (names === undefined || names.includes(name)) return;
  const meant = closest(name, names);
  const hint = meant === undefined ? "" : `; did you mean ${JSON.stringify(meant)}?`;
  note(printable(`no workflow ${JSON.stringify(name)} is known${hint}`));
}

function noneIfRefused(error: unknown): undefined {
  if (!(error instanceof ExitError)) throw error;
}
