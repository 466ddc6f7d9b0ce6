import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import type { Outcome } from "../../../../src/model/job/task-execution.ts";
import { runningOf, writtenPids } from "../../../support/commands/written-pids.ts";
import { eventually } from "../../../support/eventually.ts";
import { codeOf, inFolder, outputOf, responseOf, resultOf, run, script, shell } from "./commands.ts";

/** Starts a grandchild that does not listen to TERM and holds no output, and one that holds the outputs. Writes all numbers down. */
const family = `
  sh -c 'trap "" TERM; echo $$ >>"$1"; while :; do sleep 1; done' deaf "$1" >/dev/null 2>&1 &
  sh -c 'echo $$ >>"$1"; exec sleep 1000' holder "$1" &
  echo $$ >>"$1"
`;

const begun = (path: string) => eventually("all three run", () => writtenPids(path).length === 3);

/** Runs it with more and more time, until it got so far in it. */
async function timedOut(attempt: (executionTimeOut: number) => Promise<Outcome>, gotThere: () => boolean) {
  for (let seconds = 1; ; seconds *= 2) {
    const outcome = await attempt(seconds);
    if (gotThere()) return { outcome, seconds };
  }
}

test("when its time is over, the command and all that it started are ended, also what does not listen and what holds the output", async () => {
  let path = "";
  const { outcome, seconds } = await timedOut(
    async (executionTimeOut) => {
      path = await inFolder("pids");
      return run({ command: [shell, "-c", `echo before; ${family} wait`, "script", path], executionTimeOut });
    },
    () => writtenPids(path).length === 3,
  );
  expect(outcome).toMatchObject({
    kind: "failed",
    retryable: true,
    error: { code: "execution_timeout", message: `the command ran longer than ${seconds} s (executionTimeOut)` },
  });
  expect(outputOf(outcome)).toBe("before\n");
  expect(runningOf(path)).toEqual([]);
});

test("it is asked to end first, and may clean up", async () => {
  const path = await inFolder("listens");
  const text = `trap 'echo cleaned; exit 5' TERM; echo >"$1"; while :; do sleep 0.05; done`;
  const command = [shell, "-c", text, "script", path];
  const settings = { killGraceMs: 20_000 };
  const { outcome } = await timedOut(
    (executionTimeOut) => run({ command, executionTimeOut }, { settings }),
    () => existsSync(path),
  );
  expect(codeOf(outcome)).toBe("execution_timeout");
  expect(responseOf(outcome)).toMatchObject({ body: "cleaned\n", exitCode: 5 });
});

test("an abort ends all of it; what it said until then is kept, and the signal", async () => {
  const path = await inFolder("pids");
  const controller = new AbortController();
  const outcome = script(`${family} echo before; wait`, [path], { signal: controller.signal });
  await begun(path);
  controller.abort();
  expect((await outcome).kind).toBe("interrupted");
  expect(responseOf(await outcome)).toEqual({ body: "before\n", error: "", signal: "SIGTERM" });
  expect(runningOf(path)).toEqual([]);
});

test("what a command leaves behind ends with it: the attempt does not wait for it", async () => {
  const path = await inFolder("pids");
  const outcome = await script(`${family} while [ "$(wc -l <"$1")" -lt 3 ]; do sleep 0.02; done; echo done`, [path]);
  expect(outputOf(outcome)).toBe("done\n");
  expect(runningOf(path)).toEqual([]);
});

test("what ends by itself a moment after the command is waited for", async () => {
  const outcome = await script("(sleep 0.05; echo late) & echo early", [], { settings: { lingerMs: 20_000 } });
  expect(outputOf(outcome)).toBe("early\nlate\n");
});

test("a process that left the group and holds the output does not keep the attempt", async () => {
  const path = await inFolder("pids");
  const left = `setsid sh -c 'echo $$ >>"$1"; exec sleep 1000' left "$1" & while [ ! -s "$1" ]; do sleep 0.02; done`;
  const outcome = await script(`${left}; echo done`, [path]);
  expect(outputOf(outcome)).toBe("done\n");
  for (const pid of runningOf(path)) process.kill(pid, "SIGKILL");
});

test("an abort before the command begins keeps it from that; what was to run is told", async () => {
  const path = await inFolder("ran");
  const outcome = await script('echo ran >"$1"', [path], { signal: AbortSignal.abort() });
  expect(outcome).toEqual({
    kind: "interrupted",
    result: { request: { command: [shell, "-c", 'echo ran >"$1"', "script", path] } },
  });
  expect(existsSync(path)).toBe(false);
});

test("an abort while the processes are being stored ends them before they do anything", async () => {
  const path = await inFolder("ran");
  const controller = new AbortController();
  const outcome = await script('echo ran >"$1"', [path], {
    signal: controller.signal,
    began() {
      controller.abort();
      return Promise.resolve(true);
    },
  });
  expect(outcome.kind).toBe("interrupted");
  expect(resultOf(outcome)).not.toHaveProperty("response");
  expect(existsSync(path)).toBe(false);
});

test("somebody who ends the waiting process is told of as any signal is", async () => {
  const outcome = await script("echo never", [], {
    began({ pid }) {
      process.kill(-pid, "SIGKILL");
      return Promise.resolve(true);
    },
  });
  expect(codeOf(outcome)).toBe("killed");
  expect(outputOf(outcome)).toBe("");
});
