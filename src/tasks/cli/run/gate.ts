import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";

/** What a process waits behind before it becomes the command. */
export interface Gate {
  readonly program: string;
  /** Before those of the command. */
  readonly args: readonly string[];
  /** The system kills the command when its worker dies. */
  readonly diesWithWorker: boolean;
}

/** How the gate is called in its own messages. */
export const gateName = "workflows-gate";

/** The file descriptor behind which the gate waits. */
export const gateDescriptor = 3;

/**
 * Waits for a line, closes the descriptor and becomes the command: the same process, so that number and start time stay. When the worker dies
 * first, the line never comes and it ends. The command's words are parameters of the script, which it never reads as its own.
 */
const script = `read -r go <&${gateDescriptor} || exit 125; exec ${gateDescriptor}<&-; exec "$@"`;

const shell = ["/bin/sh", "-c", script, gateName];

const setprivPaths = ["/usr/bin/setpriv", "/bin/setpriv", "/usr/local/bin/setpriv"];

/** The gate of this machine. Runs a program once, to see whether it can do what is asked of it: some systems have a smaller one of that name. */
export function findGate(): Gate {
  const [program = "", ...args] = shell;
  const setpriv = process.platform === "linux" ? setprivPaths.find(isExecutable) : undefined;
  if (setpriv === undefined) return { program, args, diesWithWorker: false };
  const options = ["--pdeathsig", "KILL", "--"];
  const tried = spawnSync(setpriv, [...options, program, "-c", ":"], { stdio: "ignore", env: {}, timeout: 5000 });
  if (tried.status !== 0) return { program, args, diesWithWorker: false };
  return { program: setpriv, args: [...options, ...shell], diesWithWorker: true };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
