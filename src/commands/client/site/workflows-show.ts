import { stringify } from "yaml";
import { ExitError } from "../../exit-error.ts";
import type { Globals } from "../../globals.ts";
import { colours, print, printable, printData, printIds, printJson, table } from "../../terminal.ts";
import { CalledServer } from "../called-server.ts";
import type { ServerOptions } from "../server-options.ts";
import { inputsOf } from "./workflows-list.ts";

/** A workflow with its versions; with a version, the document as it was read or posted, in a form that can be posted again. */
export async function showWorkflow(
  name: string,
  version: string | undefined,
  options: ServerOptions,
  globals: Globals,
): Promise<number> {
  const server = new CalledServer(options);
  if (version !== undefined) {
    const number = versionNumber(version);
    const shown = await server.ask(({ workflows }) => workflows.definition(name, number));
    if (globals.json === true) printJson(shown.definition);
    else printData(yamlOf(shown.definition).trimEnd());
    return 0;
  }
  const shown = await server.ask(({ workflows }) => workflows.get(name));
  printIds(shown.versions.map((one) => String(one.version)));
  if (globals.json === true) {
    printJson(shown);
    return 0;
  }
  const facts = [
    ["topic", shown.topic],
    ["inputs", inputsOf(shown) || "none"],
  ].map(([word, value]) => `${word}: ${printable(value ?? "")}`);
  print(
    `${colours.bold(printable(shown.name))} version ${shown.version}${shown.description === "" ? "" : `: ${printable(shown.description)}`}`,
  );
  print(`${facts.join(", ")}\n`);
  print(
    table(
      ["VERSION", "DIGEST"],
      shown.versions.map((one) => [String(one.version), one.digest]),
    ),
  );
  return 0;
}

/** Lines are not folded, so that a line of the document is one line. */
export function yamlOf(document: unknown): string {
  return stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** Throws `ExitError` (2). */
export function versionNumber(written: string): number {
  if (/^\d{1,15}$/.test(written) && Number(written) > 0) return Number(written);
  throw new ExitError(2, `version ${JSON.stringify(written)}: must be a whole number from 1 on`);
}
