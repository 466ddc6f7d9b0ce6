import { packageInfo } from "../../compose/package-info.ts";
import type { Globals } from "../globals.ts";
import { isQuiet, print, printData, printJson } from "../terminal.ts";

export function version(globals: Globals): number {
  const { version: number } = packageInfo();
  if (globals.json === true) printJson({ version: number, node: process.version });
  else if (isQuiet()) printData(number);
  else print(`workflows ${number} (Node ${process.version})`);
  return 0;
}
