import { quoted } from "../../model/cut-text.ts";

/** Why a program may not run here, or undefined where it may. Compared as written: nothing is resolved. */
export function refusalOf(binary: string, allowed: readonly string[]): string | undefined {
  if (allowed.includes(binary)) return undefined;
  const named = quoted(binary);
  if (allowed.length === 0)
    return `${named} may not run: cli tasks are off until allowed_binaries in the configuration lists the programs that may`;
  if (!binary.startsWith("/"))
    return `${named} may not run: the program must be an absolute path, written as allowed_binaries in the configuration lists it`;
  return `${named} may not run: allowed_binaries in the configuration does not list it`;
}

/** No program can be given an argument with a NUL: it would see a shorter one. */
export function hasNul(text: string): boolean {
  return text.includes("\0");
}
