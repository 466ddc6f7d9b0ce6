import { newToken, type Role } from "../../api/tokens.ts";
import { ExitError } from "../exit-error.ts";
import type { Globals } from "../globals.ts";
import { note, print, printData, printJson } from "../terminal.ts";

export interface TokenOptions {
  readonly name: string;
  readonly role: Role;
}

/** Prints a new token, which is kept nowhere, and the lines that make it valid. */
export function token({ name, role }: TokenOptions, globals: Globals): number {
  if (!/^[\w.@-]{1,64}$/.test(name)) throw new ExitError(2, "--name must be 1 to 64 letters, digits or any of _ . @ -");
  const created = newToken();
  if (globals.json === true) {
    printJson({ ...created, name, role });
    return 0;
  }
  note("The token, for its bearer. It is shown this once:");
  printData(created.token);
  note("\nLines for the configuration file:");
  print(`api_tokens:\n  - name: ${JSON.stringify(name)}\n    role: ${role}\n    hash: ${created.hash}`);
  note(`\nClients send it as "Authorization: Bearer TOKEN"; the commands read it from WORKFLOWS_TOKEN.`);
  return 0;
}
