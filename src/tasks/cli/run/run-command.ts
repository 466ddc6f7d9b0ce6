import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { emptyWithin, endGroup } from "../../../processes/end-group.ts";
import type { AttemptContext } from "../../kind.ts";
import { CliFailure } from "../failure.ts";
import type { CliSettings } from "../settings.ts";
import type { Gate } from "./gate.ts";
import { HeadAndTail, type KeptOutput } from "./head-and-tail.ts";
import { type Exit, type Launched, launch } from "./launch.ts";
import { LineLog } from "./line-log.ts";
import type { LivingGroups } from "./living-groups.ts";

/** How a command went. */
export interface Ran {
  readonly end: "exited" | "timed_out" | "aborted" | "not_begun";
  readonly exit: Exit;
  readonly stdout: KeptOutput;
  readonly stderr: KeptOutput;
}

export interface CommandParts {
  readonly settings: CliSettings;
  readonly gate: Gate;
  readonly living: LivingGroups;
  readonly hide: (text: string) => string;
}

/** How long outputs are read after the last process of the group: one that left the group may hold them open for ever. */
const outputsWithinMs = 250;

/** Runs a command to its end, or ends it; nothing of its group is left then. Throws `CliFailure` where it could not be run. */
export async function runCommand(
  command: readonly string[],
  timeoutMs: number,
  attempt: AttemptContext,
  parts: CommandParts,
): Promise<Ran> {
  const { settings, living } = parts;
  const launched = await launch(command, attempt.idempotencyKey, parts.gate);
  const { pid } = launched.group;
  living.add(pid);
  const outputs = collect(launched, attempt, parts);
  try {
    const mayRun = (await attempt.began(launched.group)) && !attempt.signal.aborted;
    const end = mayRun ? await untilEnd(launched, timeoutMs, attempt.signal) : "not_begun";
    const isOver = end === "exited" && (await emptyWithin(pid, settings.lingerMs));
    if (!isOver) await endAll(pid, mayRun ? settings.killGraceMs : 0);
    const exit = await launched.exited;
    await Promise.race([outputs.ended, delay(outputsWithinMs)]);
    return { end, exit, ...outputs.take() };
  } finally {
    outputs.stop();
    living.delete(pid);
  }
}

async function endAll(group: number, graceMs: number): Promise<void> {
  if (await endGroup(group, graceMs)) return;
  throw new CliFailure("not_ended", `processes of group ${group} could not be ended and may run on this machine still`);
}

async function untilEnd(launched: Launched, timeoutMs: number, signal: AbortSignal): Promise<Ran["end"]> {
  const { promise, resolve } = Promise.withResolvers<Ran["end"]>();
  const abort = (): void => resolve("aborted");
  const timer = setTimeout(() => resolve("timed_out"), timeoutMs);
  signal.addEventListener("abort", abort);
  void launched.exited.then(() => resolve("exited"));
  launched.go();
  const end = await promise;
  clearTimeout(timer);
  signal.removeEventListener("abort", abort);
  return end;
}

interface Outputs {
  readonly ended: Promise<unknown>;
  /** Reads no more. */
  stop(): void;
  take(): Pick<Ran, "stdout" | "stderr">;
}

function collect(launched: Launched, attempt: AttemptContext, { settings, hide }: CommandParts): Outputs {
  const half = Math.floor(settings.maxResultBytes / 2);
  const read = (name: "stdout" | "stderr", stream: Readable, maxBytes: number) => {
    const kept = new HeadAndTail(maxBytes);
    const lines = new LineLog(name, attempt.log, hide, settings.maxLoggedBytes);
    stream.on("data", (chunk: Buffer) => {
      kept.push(chunk);
      lines.push(chunk);
    });
    stream.on("error", () => undefined); // what came is kept
    const ended = new Promise<void>((resolve) => {
      stream.once("close", resolve);
    });
    const stop = (): void => {
      stream.removeAllListeners("data");
      stream.destroy();
      lines.end();
    };
    return { ended, stop, kept: () => kept.kept() };
  };
  const stdout = read("stdout", launched.stdout, half);
  const stderr = read("stderr", launched.stderr, Math.floor(half / 2));
  return {
    ended: Promise.all([stdout.ended, stderr.ended]),
    stop() {
      stdout.stop();
      stderr.stop();
    },
    take() {
      this.stop();
      return { stdout: stdout.kept(), stderr: stderr.kept() };
    },
  };
}
