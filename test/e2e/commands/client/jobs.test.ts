import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newToken } from "../../../../src/api/tokens.ts";
import { eventually } from "../../../support/eventually.ts";
import { startReceiver } from "../../../support/receiver/receiver.ts";
import { storeIsMissing } from "../../../support/store/store-place.ts";
import { tempFolder } from "../../../support/temp-folder.ts";
import { command, type Ended } from "../command.ts";
import { type Service, service } from "../service.ts";
import { commandSite } from "../site.ts";
import { definitions } from "./definitions.ts";

const parts = new AsyncDisposableStack();
let running: Service;

const admin = newToken();
const reader = newToken();

beforeAll(async () => {
  if (storeIsMissing()) return;
  const site = parts.use(await commandSite());
  const quick = parts.use(await startReceiver(join(site.path, "quick")));
  const slow = parts.use(await startReceiver(join(site.path, "slow"), { delayMs: [60_000, 60_000] }));
  for (const definition of definitions(quick.address, slow.address))
    await writeFile(join(site.path, `${definition.name}.json`), JSON.stringify(definition));
  const tokens = [
    { name: "admin", role: "admin", hash: admin.hash },
    { name: "reader", role: "read", hash: reader.hash },
  ];
  const config = join(parts.use(await tempFolder()).path, "config.yaml");
  await writeFile(config, JSON.stringify({ workflows_path: site.path, api_tokens: tokens }));
  running = parts.use(await service(["-config", config, "standalone"], site));
});

afterAll(() => parts.disposeAsync());

/** A command with the server and the token in the environment. */
function client(args: readonly string[], more: { token?: string; stdin?: string } = {}): Promise<Ended> {
  const env = { WORKFLOWS_SERVER: running.url, WORKFLOWS_TOKEN: more.token ?? admin.token };
  return command(args, { env, ...(more.stdin !== undefined && { stdin: more.stdin }) });
}

async function json<T>(args: readonly string[]): Promise<T> {
  return JSON.parse((await client([...args, "--json"])).stdout) as T;
}

/** Asks the API: a test that is about another command has its job from here. */
async function api<T>(path: string, body?: object): Promise<T> {
  const headers = { authorization: `Bearer ${admin.token}` };
  const asked = { headers, ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }) };
  return (await (await fetch(`${running.url}/api/v1/${path}`, asked)).json()) as T;
}

async function started(workflow: string): Promise<string> {
  return (await api<Job>(`workflow/${workflow}`, { who: "you" })).id;
}

/** Waits until the job is in that state. */
async function reached(state: string, id: string): Promise<void> {
  await eventually(`the job is ${state}`, async () => (await api<Job>(`jobs/${id}`)).state === state);
}

interface Job {
  readonly id: string;
  readonly state: string;
  readonly inputParameters: readonly { readonly name: string; readonly value: unknown }[];
}

test("run --wait shows the job's end and answers 0", async () => {
  const { code, stdout, stderr } = await client(["run", "greet", "--input", "who=you", "--wait"]);
  expect(stderr).toMatch(/^Started greet: job [0-9a-f]{24}\n(call: (scheduled|started)\n)*call: completed\n$/);
  expect(stdout).toMatch(/^greet version 1 {2}[0-9a-f]{24} {2}completed after /);
  expect(stdout).toMatch(/^call +http +completed +1$/m);
  expect(code).toBe(0);
});

test("run without --wait answers at once with the id", async () => {
  const { code, stdout } = await client(["run", "greet", "--input", "who=you"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Started greet: job [0-9a-f]{24}\n$/);
});

test("inputs are text, JSON, a file or the standard input; single ones win", async () => {
  const inputs = ["--input-file", "-", "--input", 'who:={"a": [1]}', "--input", "text=1=2"];
  const stdin = '{"who": "file", "more": true}';
  const { code, stdout } = await client(["run", "greet", ...inputs, "--wait", "--json"], { stdin });
  expect(code).toBe(0);
  const { inputParameters } = JSON.parse(stdout) as Job;
  expect(Object.fromEntries(inputParameters.map(({ name, value }) => [name, value]))).toEqual({
    who: { a: [1] },
    more: true,
    text: "1=2",
  });
});

test("a job that fails ends the wait with 5", async () => {
  const { code, stdout } = await client(["run", "broken", "--input", "who=you", "--wait"]);
  expect(stdout).toMatch(/^broken version 1 {2}[0-9a-f]{24} {2}failed after /);
  expect(code).toBe(5);
});

test("a job that still runs after the wait ends it with 6; cancelled, it is terminated", async () => {
  const { code, stdout } = await client(["run", "endless", "--wait", "0.3", "--input", "who=you", "--json"]);
  expect(code).toBe(6);
  const { id } = JSON.parse(stdout) as Job;
  const cancelled = await json<Job>(["jobs", "cancel", id, "--reason", "no need"]);
  expect(cancelled.state).toBe("terminated");
  const again = await client(["jobs", "cancel", id]);
  expect(again.stderr).toContain("terminated");
  expect(again.code).toBe(1);
  const history = await client(["jobs", "history", id]);
  expect(history.stdout).toMatch(/job_terminated.*admin: no need/);
});

test("a job is paused and goes on by commands; its history says who did it", async () => {
  const id = await started("endless");
  const paused = await client(["jobs", "pause", id, "--reason", "maintenance"]);
  expect(paused.stdout).toMatch(new RegExp(`^endless version 1 {2}${id} {2}paused`));
  const again = await client(["jobs", "pause", id]);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("The job is paused and cannot be paused") });
  expect((await json<Job>(["jobs", "resume", id])).state).not.toBe("paused");
  const history = await client(["jobs", "history", id]);
  expect(history.stdout).toMatch(/job_paused.*admin: maintenance\n.*job_resumed.*admin/);
  await api(`jobs/${id}/cancel`, {});
});

test("a job that failed is retried and restarted by commands; its history says who did it", async () => {
  const id = await started("broken");
  await reached("failed", id);
  const retried = await client(["jobs", "retry", id, "--reason", "it is up"]);
  expect(retried).toMatchObject({ code: 0, stdout: expect.stringContaining(`broken version 1  ${id}  `) });
  await reached("failed", id);
  const restarted = await json<Job & { run: number }>(["jobs", "restart", id, "--workflow-version", "1"]);
  expect(restarted).toMatchObject({ id, run: 2 });
  await reached("failed", id);
  const unknown = await client(["jobs", "restart", id, "--workflow-version", "9"]);
  expect(unknown).toMatchObject({ code: 4, stderr: expect.stringContaining("no version 9 of workflow broken") });
  expect(unknown.stderr).toContain("the newest is 1, and the job has 1");
  const mistaken = await client(["jobs", "restart", id, "--workflow-version", "last"]);
  expect(mistaken).toMatchObject({ code: 2, stderr: expect.stringContaining("a whole number") });
  const { stdout } = await client(["jobs", "history", id]);
  expect(stdout).toMatch(/job_retried .*admin: it is up$/m);
  expect(stdout).toMatch(/^TIME +RUN +TRANSITION /);
  expect(stdout).toMatch(/^\S+ +2 +job_restarted .*admin$/m);
});

test("the history tells when a retry was due, and which job was started for the failure", async () => {
  const id = await started("fragile");
  const history = () => api<{ history: readonly { type: string }[] }>(`jobs/${id}/history`);
  await eventually("the other job is started", async () =>
    (await history()).history.some(({ type }) => type === "failure_job_started"),
  );
  const { stdout } = await client(["jobs", "history", id]);
  expect(stdout).toMatch(/failure_job_started +job [0-9a-f]{24} of alert$/m);
  expect(stdout).toMatch(/^TIME +TRANSITION /);
  expect(stdout).toMatch(/attempt_failed .*connect_failed: .*, due 20\S+Z/);
  expect(stdout).toMatch(/job_retried .*connect_failed: .*, due 20\S+Z$/m);
  const [alert] = /[0-9a-f]{24}(?= of alert)/.exec(stdout) ?? [];
  expect(await api(`jobs/${alert}`)).toMatchObject({ workflowName: "alert" });
});

test("one task of a job is retried, under a new key, or skipped by commands; its history says who did it", async () => {
  const id = await started("broken");
  await reached("failed", id);
  await client(["jobs", "retry", id, "--task", "call", "--new-key", "--reason", "mended"]);
  await reached("failed", id);
  const mistaken = await client(["jobs", "skip", id, "cal"]);
  expect(mistaken).toMatchObject({ code: 4, stderr: expect.stringContaining('did you mean "call"?') });
  expect((await client(["jobs", "retry", id, "--iteration", "1"])).stderr).toContain("name it with --task");
  const skipped = await client(["jobs", "skip", id, "call", "--reason", "not today"]);
  expect(skipped.stdout).toMatch(/completed[^]*call +http +skipped/);
  const { stdout } = await client(["jobs", "history", id]);
  expect(stdout).toMatch(/task_retried .*admin: mended: new key$/m);
  expect(stdout).toMatch(/task_skipped .*admin: not today$/m);
});

test("a cancelled job undoes what is done, which a command shows and can do without", async () => {
  const id = await started("careful");
  const tasks = async () => (await api<{ tasks: readonly { state: string }[] }>(`jobs/${id}`)).tasks;
  await eventually("the first task is done", async () => (await tasks())[0]?.state === "completed");
  const cancelled = await client(["jobs", "cancel", id]);
  expect(cancelled.stdout).toMatch(
    /running, undoes what it did, then terminated[^]*undo book +http +(scheduled|started)/,
  );
  const again = await client(["jobs", "cancel", id]);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("(jobs cancel --no-undo ends it at once)") });
  expect((await client(["jobs", "cancel", id, "--no-undo"])).stdout).toMatch(/terminated after /);
});

test("a job that has ended is deleted by a command, a running one is not", async () => {
  const id = await started("endless");
  const refused = await client(["jobs", "delete", id]);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("cannot be deleted") });
  await api(`jobs/${id}/cancel`, {});
  const deleted = await client(["jobs", "delete", id, "--reason", "tidy"]);
  expect(deleted).toMatchObject({ code: 0, stdout: `Deleted job ${id} of endless\n` });
  expect((await client(["jobs", "show", id])).code).toBe(4);
  const told = running.lines().find(({ msg }) => msg === "job deleted");
  expect(told).toMatchObject({ job: id, workflow: "endless", by: "admin", reason: "tidy" });
});

test("an idempotency key gives the same job again, and another input under it is refused", async () => {
  const args = ["run", "greet", "--idempotency-key", "k-1", "--input"];
  const first = await json<Job>([...args, "who=a"]);
  const second = await json<Job>([...args, "who=a"]);
  expect(second.id).toBe(first.id);
  const other = await client([...args, "who=b"]);
  expect(other.stderr).toContain("Idempotency-Key");
  expect(other.code).toBe(1);
});

test("jobs list pages through all jobs, and filters", async () => {
  const ids: string[] = [];
  for (let count = 0; count < 3; count += 1) ids.push(await started("greet"));
  for (const id of ids) await reached("completed", id);
  const seen: string[] = [];
  let pages = 0;
  let cursor: string | null = null;
  const list = ["jobs", "list", "--workflow", "greet", "--limit", "2"];
  do {
    const more: string[] = cursor === null ? [] : ["--cursor", cursor];
    const page: { jobs: Job[]; next: string | null } = await json([...list, ...more]);
    pages += 1;
    seen.push(...page.jobs.map(({ id }) => id));
    cursor = page.next;
  } while (cursor !== null);
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toEqual(expect.arrayContaining(ids));
  expect(pages).toBeGreaterThan(1);
  const { stdout } = await client(["jobs", "list", "--workflow", "greet", "--status", "done", "--limit", "2"]);
  const [header, ...rows] = stdout.trimEnd().split("\n");
  expect(header).toMatch(/^ID +WORKFLOW +STATE +WAITS FOR +STORED +DURATION +ERROR$/);
  expect(rows).toHaveLength(2);
  for (const row of rows) expect(row).toMatch(/^[0-9a-f]{24} +greet +completed /);
});

test("jobs show and history tell of one job", async () => {
  const inputs = ["--input", "who=you", "--input", "api_token=hunter2", "--input", `long=${"x".repeat(500)}`];
  const { id } = await json<Job>(["run", "greet", ...inputs, "--wait"]);
  const shown = (await client(["jobs", "show", id])).stdout;
  expect(shown).toContain(id);
  expect(shown).toMatch(/^call +http +completed +1$/m);
  expect(shown).toMatch(/^who +"you"$/m);
  expect(shown).toMatch(/^api_token +"\*\*\*"$/m);
  expect(shown).toMatch(/^long +"x{199} …$/m);
  expect(shown).toMatch(/^call +200 +PUT http:\/\/127\.0\.0\.1:\d+\/ +\S/m);
  expect(shown).not.toContain("hunter2");
  const whole = await json<Job>(["jobs", "show", id]);
  expect(whole.inputParameters).toContainEqual({ name: "long", value: "x".repeat(500) });
  const { stdout } = await client(["jobs", "history", id]);
  for (const transition of ["job_started", "task_completed", "job_completed"]) expect(stdout).toContain(transition);
});

test.each([
  [["run", "nowhere"], 4, "Workflow not found"],
  [["run", "gret"], 4, 'Workflow not found\n  There is no workflow "gret"; did you mean "greet"?\n'],
  [["run", "greet", "--wait", "abc"], 2, 'not "greet" and "abc"; after --wait comes a number of seconds'],
  [["run", "greet", "more"], 2, 'run starts one workflow, not "greet" and "more"'],
  [["jobs", "show", "0".repeat(24)], 4, "not found"],
  [["jobs", "history", "no-id"], 4, 'not found\n  "no-id" is no id of a job'],
  [["jobs", "cancel", "../../status"], 4, "not found"],
  [["run", "greet", "--input", "woh=A"], 2, "parameters: [who]\n  given, but no parameter of it: woh\n"],
  [["jobs", "list", "--limit", "500"], 2, "limit must be a whole number from 1 to 200"],
  [["jobs", "list", "--status", "don"], 2, "did you mean done?"],
])("%j ends with %i", async (args, code, message) => {
  const ended = await client(args);
  expect(ended.stderr).toContain(message);
  expect(ended.code).toBe(code);
});

test("without a token, or with one of too low a role, the server's answer is told", async () => {
  const { url } = running;
  const without = await command(["jobs", "list", "--server", url]);
  expect(without.stderr).toContain("--token, WORKFLOWS_TOKEN or a profile");
  expect(without.code).toBe(1);
  const tooLow = await client(["run", "greet", "--input", "who=a"], { token: reader.token });
  expect(tooLow.code).toBe(1);
  expect((await command(["jobs", "list", "--server", url, "--token", reader.token])).code).toBe(0);
});

test("neither a wait nor the log tells the token", async () => {
  const { stdout, stderr } = await client(["run", "greet", "--input", "who=you", "--wait"]);
  expect(stdout + stderr + JSON.stringify(running.lines())).not.toContain(admin.token);
});
