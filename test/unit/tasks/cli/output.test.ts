import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { HeadAndTail } from "../../../../src/tasks/cli/run/head-and-tail.ts";
import { MemoryLog } from "../../../support/worker/memory-log.ts";
import { outputOf, responseOf, script } from "./commands.ts";

const linesOf = (log: MemoryLog) => log.lines.map(({ fields }) => fields);

test("of a long output the beginning and the end are kept, and it is told how much is not", async () => {
  const text = "i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done; seq 1 2000 >&2";
  const outcome = await script(text, [], { settings: { maxResultBytes: 1024 } });
  const { body, error, truncated } = responseOf(outcome);
  expect(body).toMatch(/^line 0\n.*\n\.\.\. \(cut: 18378 bytes\) \.\.\.\n.*line 1999\n$/s);
  expect(error).toMatch(/^1\n2\n.*\n\.\.\. \(cut: \d+ bytes\) \.\.\.\n.*2000\n$/s);
  expect(Buffer.byteLength(String(body))).toBeLessThan(512 + 40);
  expect(truncated).toBe(true);
});

test("an output that just fits is whole", async () => {
  const whole = "x".repeat(512);
  const outcome = await script('printf %s "$1"', [whole], { settings: { maxResultBytes: 1024 } });
  expect(responseOf(outcome)).toEqual({ body: whole, error: "", exitCode: 0 });
});

test("no character is cut in two", async () => {
  const outcome = await script('printf %s "$1"', ["ä€😀".repeat(2000)], { settings: { maxResultBytes: 1027 } });
  expect(outputOf(outcome)).not.toContain("\ufffd");
  expect(outputOf(outcome)).toMatch(/^ä€😀.*\(cut: \d+ bytes\).*😀$/su);
});

test("bytes that are no text do not grow beyond the limit", async () => {
  const outcome = await script("head -c 400 /dev/zero | tr '\\0' '\\377'", [], { settings: { maxResultBytes: 1024 } });
  expect(Buffer.byteLength(outputOf(outcome))).toBeLessThanOrEqual(512);
  expect(responseOf(outcome)["truncated"]).toBe(true);
});

test("the output is in the log as it comes, line by line, without secrets", async () => {
  const log = new MemoryLog();
  const text = 'printf "one\\ntw"; printf "o %s\\r\\n\\n" "$1"; printf "err $1" >&2; printf "%s" "$2"';
  const secrets = ["the-secret", "first line\nsecond line"];
  await script(text, secrets, { log, secrets });
  expect(linesOf(log).filter((fields) => "stream" in fields && fields.stream === "stdout")).toEqual([
    { stream: "stdout", line: "one" },
    { stream: "stdout", line: "two ***" },
    { stream: "stdout", line: "***" },
    { stream: "stdout", line: "***" },
  ]);
  expect(linesOf(log)).toContainEqual({ stream: "stderr", line: "err ***" });
});

test("a secret of several words is not in the log where a long line is cut in its middle", async () => {
  const secret = "open sesame and close";
  for (const [before, after] of [
    [8180, 30_000],
    [16_370, 30_000],
    [8172, 0],
  ] as const) {
    const log = new MemoryLog();
    const text = `head -c ${before} /dev/zero | tr '\\0' ' '; printf %s "$1"; head -c ${after} /dev/zero | tr '\\0' ' '`;
    await script(text, [secret], { log, secrets: [secret] });
    const line = JSON.stringify(linesOf(log));
    expect(line).toContain('"line":"  ');
    expect(line).not.toMatch(/open|sesame|close/);
  }
});

test("an output that comes byte by byte takes no more memory than its size", () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  const used = (): number => {
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const kept = new HeadAndTail(1_000_000);
  const before = used();
  for (let byte = 0; byte < 400_000; byte++) kept.push(Buffer.from("x"));
  expect(used() - before).toBeLessThan(5_000_000);
  expect(kept.kept()).toEqual({ text: "x".repeat(400_000), cutBytes: 0 });
});

test("a line without end, and an output without end, do not fill the log", async () => {
  const log = new MemoryLog();
  await script("head -c 30000 /dev/zero | tr '\\0' x; echo; yes 12345 | head -n 5000", [], {
    log,
    settings: { maxLoggedBytes: 40_000 },
  });
  const shown = JSON.stringify(log.lines);
  expect(shown.length).toBeLessThan(80_000);
  expect(log.lines.at(-1)?.message).toBe("the rest of the command's output is not logged");
});
