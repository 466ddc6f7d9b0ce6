import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../../../support/eventually.ts";
import { startReceiver } from "../../../support/receiver/receiver.ts";
import { storeIsMissing } from "../../../support/store/store-place.ts";
import { startJob } from "../../../support/workflows-api.ts";
import { command, type Ended, spawnCommand } from "../command.ts";
import { type Service, service } from "../service.ts";
import { commandSite } from "../site.ts";

const parts = new AsyncDisposableStack();
let running: Service;

beforeAll(async () => {
  if (storeIsMissing()) return;
  const site = parts.use(await commandSite());
  const receiver = parts.use(await startReceiver(join(site.path, "calls")));
  const call = (uri: string, more: object = {}) => [{ name: "call", type: "http", http: { uri }, ...more }];
  const definitions = {
    works: call(`http://${receiver.address}/`),
    broken: call("http://127.0.0.1:2/", { retries: 1, retryDelaySeconds: 0.01 }),
  };
  for (const [name, tasks] of Object.entries(definitions))
    await writeFile(join(site.path, `${name}.json`), JSON.stringify({ name, tasks }));
  running = parts.use(await service(["--json", "--workflows-path", ".", "standalone"], site));
});
afterAll(() => parts.disposeAsync());

function watch(...args: readonly string[]): Promise<Ended> {
  return command(["jobs", "watch", ...args, "--server", running.url]);
}

async function start(workflow: string): Promise<string> {
  return (await startJob(running.url, workflow, {})).body.id;
}

test("a job is watched to its end, a line for each transition; its failure is an exit code", async () => {
  const works = await start("works");
  const done = await watch(works);
  expect(done).toMatchObject({ code: 0, stderr: "" });
  const time = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
  const lines = done.stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.split("  "));
  expect(lines.slice(0, -1)).toEqual([
    [expect.stringMatching(time), "job_started"],
    [expect.stringMatching(time), "task_completed", "call", expect.stringMatching(/m?s$/)],
    [expect.stringMatching(time), "job_completed"],
  ]);
  expect(lines.at(-1)).toEqual(["works version 1", works, "completed"]);

  const broken = await watch(await start("broken"));
  expect(broken.code).toBe(5);
  expect(broken.stdout).toMatch(/ {2}attempt_failed {2}call .*connect_failed: .*, due \d{4}/);
  expect(broken.stdout).toMatch(/ {2}task_failed {2}call {2}attempt 2 /);
  expect(broken.stdout).toMatch(/broken version 1 {2}[0-9a-f]{24} {2}failed {2}connect_failed: /);
});

test("for programs there is an object a line, and for scripts the exit code alone", async () => {
  const id = await start("works");
  const { stdout } = await watch(id, "--json");
  const events = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { kind: string });
  expect(events.map(({ kind }) => kind)).toEqual(["entry", "entry", "entry", "end"]);
  expect(events[0]).toMatchObject({ id: "0.0", entry: { type: "job_started" } });
  expect(events.at(-1)).toMatchObject({ job: { id, state: "completed" } });
  expect(await watch(id, "--quiet")).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("jobs that options pick are watched while the command runs", async () => {
  const args = ["jobs", "watch", "--workflow", "broken", "--status", "failed", "--server", running.url];
  const child = spawnCommand(args);
  const quiet = spawnCommand([...args, "--quiet"]);
  let quietly = "";
  for (const stream of [quiet.stdout, quiet.stderr])
    stream.setEncoding("utf8").on("data", (piece: string) => (quietly += piece));
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (piece: string) => (output += piece));
  let notes = "";
  child.stderr.setEncoding("utf8").on("data", (piece: string) => (notes += piece));
  await eventually("it watches", () => notes.includes("Watching"));
  const id = await eventually("a job is told", async () => {
    const started = await start("broken");
    await start("works");
    await watch(started);
    return output.includes(started) && quietly.includes(started) && started;
  });
  expect(output).toMatch(new RegExp(`Z {2}${id} {2}broken {2}failed {2}connect_failed: `));
  expect(output).not.toContain("works");
  expect(quietly).toMatch(/^([0-9a-f]{24}\n)+$/);
  child.kill("SIGINT");
  quiet.kill("SIGINT");
});

test.each([
  [["0123456789abcdef01234567"], 4, "not found"],
  [
    ["0123456789abcdef01234567", "--status", "failed"],
    2,
    "watch either one job, by its id, or those that options pick",
  ],
  [["--status", "faild"], 2, "did you mean failed?"],
])("what cannot be watched is told: %j", async (args, code, message) => {
  const { stdout, stderr, ...ended } = await watch(...args);
  expect([ended.code, stdout]).toEqual([code, ""]);
  expect(stderr).toContain(message);
  expect(stderr).not.toContain("Watching");
});
