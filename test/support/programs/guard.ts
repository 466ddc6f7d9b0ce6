import { type ChildProcess, spawn } from "node:child_process";

/** Waits until its standard input ends, which it does when the one that started it is gone, then ends the process and removes its folder. */
const script = `
trap '' INT TERM HUP
read -r word && [ "$word" = done ] && exit
kill -9 "$1"
rounds=0
while kill -0 "$1" && [ $rounds -lt 100 ]; do rounds=$((rounds + 1)); sleep 0.1; done
rm -rf "$2"
`;

/**
 * Sees to it that a process and its folder do not outlive us, even if we are killed outright: a shell beside us notices
 * when its pipe from us closes.
 */
export function guard(child: ChildProcess, folder: string): void {
  const shell = spawn("sh", ["-c", script, "sh", String(child.pid), folder], { stdio: ["pipe", "ignore", "ignore"] });
  shell.unref();
  shell.on("error", () => undefined);
  shell.stdin.on("error", () => undefined);
  child.once("exit", () => shell.stdin.end("done\n"));
}
