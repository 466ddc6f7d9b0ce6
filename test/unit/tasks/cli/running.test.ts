import { chmod, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { expect, test } from "vitest";
import type { ProcessGroup } from "../../../../src/model/job/process-group.ts";
import { codeOf, inFolder, outputOf, responseOf, resultOf, run, script, shell } from "./commands.ts";

test("a command brings its output, its error output and its exit code", async () => {
  const outcome = await script("echo out; echo err >&2");
  expect(outcome).toEqual({
    kind: "succeeded",
    result: {
      request: { command: [shell, "-c", "echo out; echo err >&2", "script"] },
      response: { body: "out\n", error: "err\n", exitCode: 0 },
    },
  });
});

test("an argument is one argument, whatever it holds: no shell reads it", async () => {
  const words = ["a b", "$(touch x)", "`id`", "'\"; exit 3", "*", "", "-c", "--", "--pdeathsig", "line\nbreak", "ä€😀"];
  const outcome = await script('for word; do printf "<%s>" "$word"; done', words);
  expect(outputOf(outcome)).toBe(words.map((word) => `<${word}>`).join(""));
});

test("templates fill arguments", async () => {
  const part = { command: ["/bin/echo", "-n", "to ${workflow.input.who}", "${workflow.input.list}"] };
  expect(outputOf(await run(part, { input: { who: "a; b", list: ["x", "y"] } }))).toBe("to a; b x,y");
});

test("an exit code other than 0 is a failure that may heal, with the last line that was said", async () => {
  const outcome = await script("echo first >&2; echo 'no such device' >&2; exit 3");
  expect(outcome).toMatchObject({
    kind: "failed",
    retryable: true,
    error: { code: "exit_code", message: "the command ended with exit code 3; 0 means success: no such device" },
    result: { response: { exitCode: 3 } },
  });
});

test("the definition says which exit codes mean success", async () => {
  const exit = (code: number) => run({ command: [shell, "-c", `exit ${code}`], successCodes: [0, 3] });
  expect(codeOf(await exit(3))).toBe("succeeded");
  expect(codeOf(await exit(0))).toBe("succeeded");
  expect(codeOf(await exit(4))).toBe("exit_code");
});

test("a signal that was not ours is told", async () => {
  const outcome = await script("kill -USR1 $$");
  expect(outcome).toMatchObject({ kind: "failed", retryable: true, error: { code: "killed" } });
  expect(responseOf(outcome)).toEqual({ body: "", error: "", signal: "SIGUSR1" });
});

test("a program that is not on the list does not run, whatever an input says", async () => {
  const part = { command: ["${workflow.input.program}", "x"] };
  for (const program of ["/bin/ls", "echo", "../bin/echo", "/bin/./echo", ""]) {
    const outcome = await run(part, { input: { program } });
    expect(outcome).toMatchObject({ kind: "failed", retryable: false, error: { code: "binary_refused" } });
  }
  expect(await run(part, { input: { program: "/x".repeat(50_000) } })).toMatchObject({
    error: {
      message: expect.stringMatching(/^\(a text of 100000 characters\) may not run: allowed_binaries/) as string,
    },
  });
  expect(outputOf(await run(part, { input: { program: "/bin/echo" } }))).toBe("x\n");
});

test("an argument with a NUL is refused, not cut", async () => {
  const outcome = await run({ command: ["/bin/echo", "${workflow.input.a}"] }, { input: { a: "safe\0--force" } });
  expect(outcome).toMatchObject({ kind: "failed", retryable: false, error: { code: "command_invalid" } });
});

test("a command that is too long for the system is refused for good", async () => {
  const outcome = await run({ command: ["/bin/echo", "${workflow.input.a}"] }, { input: { a: "x".repeat(300_000) } });
  expect(outcome).toMatchObject({ kind: "failed", retryable: false, error: { code: "command_invalid" } });
});

test.for([
  ["is not there", "/nowhere/program", undefined],
  ["is a folder", "/tmp", undefined],
  ["may not be executed", undefined, 0o644],
  ["names an interpreter that is not there", undefined, 0o755],
] as const)("a program that %s is a failure that may heal", async ([, fixed, mode]) => {
  const path = fixed ?? (await inFolder("program"));
  if (mode !== undefined) {
    await writeFile(path, "#!/nowhere/interpreter\n");
    await chmod(path, mode);
  }
  const outcome = await run({ command: [path] }, { settings: { allowedBinaries: [path] } });
  expect(outcome).toMatchObject({ kind: "failed", retryable: true, error: { code: "not_started" } });
});

test("a command sees little of the worker's environment, none of its input, and starts in the root folder", async () => {
  process.env["WORKFLOWS_TEST_TOKEN"] = "worker's own";
  const outcome = await script("env; pwd; cat; [ -e /proc/$$/fd/3 ] && echo open || echo closed", [], {
    idempotencyKey: "key-7",
  });
  delete process.env["WORKFLOWS_TEST_TOKEN"];
  const lines = outputOf(outcome).trim().split("\n");
  const known = /^(PATH|HOME|LANG|LC_ALL|TZ|TMPDIR|PWD|OLDPWD|SHLVL|_|WORKFLOWS_IDEMPOTENCY_KEY)=/;
  expect(lines.slice(0, -2).filter((line) => !known.test(line))).toEqual([]);
  expect(lines).toContain("WORKFLOWS_IDEMPOTENCY_KEY=key-7");
  expect(lines.slice(-2)).toEqual(["/", "closed"]);
});

test("the command waits until its processes are stored, and they are the leader of a group of their own", async () => {
  const path = await inFolder("ran");
  let told: ProcessGroup | undefined;
  let ranBefore: unknown;
  const outcome = await script('echo ran >"$1"; echo $$; ps -o pgid= -p $$', [path], {
    idempotencyKey: "mark",
    async began(group) {
      told = group;
      ranBefore = (await script('cat "$1"', [path])).kind;
      return true;
    },
  });
  expect(ranBefore).toBe("failed");
  const [pid, group] = outputOf(outcome).split("\n").map(Number);
  expect(told).toMatchObject({ pid, mark: "mark", pidStart: expect.stringMatching(/^\d+$/) as string });
  expect(told?.host.startsWith(`${hostname()}/`)).toBe(true);
  expect(group).toBe(pid);
});

test("where they cannot be stored it never runs", async () => {
  const path = await inFolder("ran");
  const outcome = await script('echo ran >"$1"', [path], { began: () => Promise.resolve(false) });
  expect(outcome).toMatchObject({ kind: "interrupted", result: { request: {} } });
  expect(resultOf(outcome)).not.toHaveProperty("response");
  expect(codeOf(await script('cat "$1"', [path]))).toBe("exit_code");
});

test("secret values are neither in the stored command nor in messages", async () => {
  const secrets = ["the-secret"];
  const outcome = await script('echo "cannot log in with $1" >&2; exit 1', ["--password=the-secret"], { secrets });
  if (outcome.kind !== "failed") throw new Error(outcome.kind);
  expect(outcome.error.message).toContain("cannot log in with --password=***");
  expect(resultOf(outcome).request).toMatchObject({ command: expect.arrayContaining(["--password=***"]) as string[] });
});
