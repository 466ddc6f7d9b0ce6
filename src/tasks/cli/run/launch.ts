import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import type { ProcessGroup } from "../../../model/job/process-group.ts";
import { ownIdentity } from "../../../processes/identity.ts";
import { statOf } from "../../../processes/process-table.ts";
import { CliFailure } from "../failure.ts";
import { commandEnvironment } from "./environment.ts";
import { type Gate, gateDescriptor } from "./gate.ts";

/** How a command ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that will be the command, in a group of its own, and waits for leave to be it. */
export interface Launched {
  readonly group: ProcessGroup;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly exited: Promise<Exit>;
  /** Lets it become the command. */
  go(): void;
}

/** Commands start where they can depend on nothing and keep nothing busy. */
const workingFolder = "/";

/** Starts a process that waits. Throws `CliFailure` where there is no such program, or no process to be had. */
export async function launch(command: readonly string[], idempotencyKey: string, gate: Gate): Promise<Launched> {
  checkProgram(command[0] ?? "");
  let child: ChildProcess;
  try {
    child = spawn(gate.program, [...gate.args, ...command], {
      detached: true, // a session and a group of its own
      cwd: workingFolder,
      env: commandEnvironment(idempotencyKey, process.env),
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
  } catch (error) {
    throw notStarted(error);
  }
  const { pid, stdout, stderr } = child;
  const exited = new Promise<Exit>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  if (pid === undefined || stdout === null || stderr === null)
    throw await new Promise<CliFailure>((resolve) => child.once("error", (error) => resolve(notStarted(error))));
  child.on("error", () => undefined); // about signals that we do not send by it
  const leave = child.stdio[gateDescriptor] as Writable;
  leave.on("error", () => undefined); // it was ended while it waited: its exit tells
  const group = { host: ownIdentity().host, pid, pidStart: statOf(pid)?.start ?? "", mark: idempotencyKey };
  return { group, stdout, stderr, exited, go: () => void leave.end("go\n") };
}

function checkProgram(path: string): void {
  let reason: string | undefined;
  try {
    accessSync(path, constants.X_OK);
    if (!statSync(path).isFile()) reason = "it is no file";
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  }
  if (reason !== undefined) throw new CliFailure("not_started", `${path} cannot be started: ${reason}`);
}

function notStarted(error: unknown): CliFailure {
  const reason = error instanceof Error ? error.message : String(error);
  const tooLong = error instanceof Error && "code" in error && error.code === "E2BIG";
  return tooLong
    ? new CliFailure("command_invalid", `the command is longer than the system takes: ${reason}`)
    : new CliFailure("not_started", `no process could be started: ${reason}`);
}
