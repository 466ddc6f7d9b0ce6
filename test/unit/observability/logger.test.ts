import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { tempFolder } from "../../support/temp-folder.ts";
import { loggedTo } from "./log-lines.ts";

test("a line is JSON with time, level by name, message and fields", async () => {
  await using folder = await tempFolder();
  const { logger, read } = await loggedTo(folder.path);
  logger.info({ job: "a", nothing: undefined }, "job started");
  logger.debug("not asked for");
  expect(await read()).toEqual([
    {
      level: "info",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      pid: process.pid,
      job: "a",
      msg: "job started",
    },
  ]);
});

test("secrets are not written, however deep, in any case of letters", async () => {
  await using folder = await tempFolder();
  const secretNames = ["authorization", "*token*", "*password*", "cookie"];
  const { logger, read, text } = await loggedTo(folder.path, { secretNames });
  const request = { headers: { Authorization: "Bearer hunter2", Cookie: ["a=hunter2"], accept: "x" } };
  logger.info({ request, list: [{ apiTokens: "hunter2" }], Password: 2, url: "https://me:hunter2@h/p?q" }, "called");
  const failure = Object.assign(
    new Error("no answer from nats://me:hunter2@h", { cause: new Error("at ftp://u:hunter2@h") }),
    {
      headers: { authorization: "hunter2" },
      code: "E_X",
    },
  );
  logger.error({ err: failure }, "failed");
  logger.error(failure);
  expect(await text()).not.toContain("hunter2");
  const [called, failed] = await read();
  expect(called).toMatchObject({
    request: { headers: { Authorization: "***", Cookie: "***", accept: "x" } },
    list: [{ apiTokens: "***" }],
    Password: "***",
    url: "https://***@h/p?q",
  });
  expect(failed?.["err"]).toMatchObject({
    name: "Error",
    code: "E_X",
    message: "no answer from nats://***@h",
    stack: expect.stringContaining("logger.test"),
    cause: { message: "at ftp://***@h" },
  });
});

test("what is logged is not changed, and a cycle ends", async () => {
  await using folder = await tempFolder();
  const { logger, read } = await loggedTo(folder.path, { secretNames: ["token"] });
  const fields: Record<string, unknown> = { token: "hunter2", inner: { token: "hunter2" } };
  fields["self"] = fields;
  logger.info(fields, "x");
  expect(fields["inner"]).toEqual({ token: "hunter2" });
  expect(await read()).toHaveLength(1);
});

test("a person gets one readable line", async () => {
  await using folder = await tempFolder();
  const { logger, text } = await loggedTo(folder.path, { format: "pretty", secretNames: ["token"] });
  logger.info({ job: "a1", token: "hunter2" }, "job started");
  const line = await text();
  expect(line).toMatch(/INFO.*job started.*a1/);
  expect(line).not.toContain("hunter2");
  expect(line.trimEnd().split("\n")).toHaveLength(1);
});

test.each([
  ["at once", ""],
  ["after flushing", "await flushed(logger);"],
])("nothing is lost or doubled when the process exits %s after many lines", async (when, flush) => {
  const module = new URL("../../../src/observability/logger.ts", import.meta.url).href;
  const source = `
    import { createLogger, flushed } from ${JSON.stringify(module)};
    const logger = await createLogger({ level: "info", format: "json", secretNames: [] });
    for (let n = 0; n < 5000; n += 1) {
      logger.info({ n }, "line");
      if (n % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    ${flush}
    process.exit(3);`;
  const run = promisify(execFile)(process.execPath, ["--input-type=module", "--eval", source], { maxBuffer: 1 << 24 });
  const { code, stdout } = await run.then(
    () => expect.unreachable("exits with 3"),
    (error: unknown) => error as { code: number; stdout: string },
  );
  expect(code).toBe(3);
  const numbers = stdout
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { n: number }).n);
  const told = when === "at once" ? numbers.toSorted((a, b) => a - b) : numbers;
  expect(told).toEqual(Array.from({ length: 5000 }, (_, n) => n));
});
