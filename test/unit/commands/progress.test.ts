import { expect, test, vi } from "vitest";
import { Progress, progressOutput } from "../../../src/commands/progress.ts";

function told(isTTY: boolean, Kind = Progress) {
  const clock = { ms: 0 };
  const written: string[] = [];
  const output = { isTTY, write: (text: string) => void written.push(text) };
  return { clock, written, progress: new Kind(300, output, () => clock.ms) };
}

test("on a terminal one line is written over, makes way for those that stay, and is gone at the end", () => {
  const { written, progress } = told(true);
  progress.at(100);
  progress.at(200);
  progress.note("left: job a");
  progress.at(400);
  progress.end();
  progress.end();
  const clear = "\u001b[K";
  expect(written).toEqual([
    `\r[========                ] 100 of about 300 jobs${clear}`,
    `\r[================        ] 200 of about 300 jobs${clear}`,
    `\r${clear}`,
    "left: job a\n",
    `\r[========================] 400 of about 400 jobs${clear}`,
    `\r${clear}`,
  ]);
});

test("in a pipe a line is written every few seconds, and nothing that moves a cursor", () => {
  const { clock, written, progress } = told(false);
  for (clock.ms = 1000; clock.ms <= 11_000; clock.ms += 1000) progress.at(clock.ms / 100);
  progress.note("left: job a");
  progress.end();
  expect(written).toEqual(["50 of about 300 jobs\n", "100 of about 300 jobs\n", "left: job a\n"]);
});

test("with --quiet there is no progress to see, but what is wrong is told", async () => {
  vi.resetModules(); // quiet is a state of the process
  (await import("../../../src/commands/terminal.ts")).beQuiet();
  const { written, progress } = told(true, (await import("../../../src/commands/progress.ts")).Progress);
  progress.at(100);
  progress.note("left: job a");
  progress.end();
  expect(written).toEqual(["left: job a\n"]);
});

test("a terminal that cannot move its cursor is written to like a pipe", () => {
  vi.stubEnv("TERM", "xterm");
  expect(progressOutput()).toBe(process.stderr);
  vi.stubEnv("TERM", "dumb");
  expect(progressOutput().isTTY).toBeUndefined();
});
