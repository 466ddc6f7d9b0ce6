import type { Globals } from "../globals.ts";
import { packageInfo } from "../package-info.ts";
import { print, printJson } from "../terminal.ts";

export function version(globals: Globals): number {
  const { version: number } = packageInfo();
  if (globals.json === true) printJson({ version: number, node: process.version });
  else print(`workflows ${number} (Node ${process.version})`);
  return 0;
}
