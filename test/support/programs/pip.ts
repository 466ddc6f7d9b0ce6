import { runCommand } from "./run-command.ts";

/** Ways to call pip; it knows by itself where to ask. */
const pips = [["python3", "-m", "pip"], ["pip3"], ["pip"]] as const;

/** The first of them that there is. */
export async function findPip(): Promise<readonly [string, ...string[]]> {
  for (const [program, ...args] of pips) {
    try {
      await runCommand(program, [...args, "--version"], 20_000);
      return [program, ...args];
    } catch {
      // the next one, then
    }
  }
  throw new Error("there is no pip");
}
