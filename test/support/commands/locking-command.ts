import { existsSync, readFileSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A command that must never run twice at once, and the account that it keeps of its runs. */
export interface LockingCommand {
  /** The program; its argument names a run: the file of that name in the folder lets it end. */
  readonly program: string;
  /** Numbers of its processes, and of grandchildren that outlive it. */
  readonly pids: string;
  lines(): readonly string[];
  /** Lets every run end. */
  letEnd(): Promise<void>;
}

export interface LockingOptions {
  /** How long a run takes; default: until it is let end. */
  readonly seconds?: number;
  /** Names of runs whose grandchild does not listen to TERM, as a pattern of the shell; default: all. */
  readonly deaf?: string;
}

/**
 * The lock belongs to the command and to all that it starts: the system gives it free when the last of them is gone, however it ended.
 * A run that finds it taken writes "overlap".
 */
export async function lockingCommand(
  folder: string,
  { seconds, deaf = "*" }: LockingOptions = {},
): Promise<LockingCommand> {
  const program = join(folder, "locking-command");
  const log = join(folder, "command-log");
  const pids = join(folder, "command-pids");
  const go = join(folder, "command-go");
  const work = seconds === undefined ? `while [ ! -e '${go}' ]; do sleep 0.02; done` : `sleep ${seconds}`;
  await writeFile(
    program,
    `#!/bin/sh
exec 9>>'${folder}/command-lock-'"$1"
if ! flock -n 9; then echo "overlap $1" >>'${log}'; exit 9; fi
echo "start $1" >>'${log}'
case "$1" in ${deaf}) trap "" TERM;; esac
sh -c 'echo $$ >>"$1"; while :; do sleep 1; done' grandchild '${pids}' >/dev/null 2>&1 &
trap - TERM
echo $$ >>'${pids}'
${work}
echo "end $1" >>'${log}'
echo '{"said": "done"}'
`,
  );
  await chmod(program, 0o755);
  return {
    program,
    pids,
    lines: () => (existsSync(log) ? readFileSync(log, "utf8").split("\n").filter(Boolean) : []),
    letEnd: () => writeFile(go, ""),
  };
}
