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

const parts = new AsyncDisposableStack();
const admin = newToken();
let running: Service;
let folder: string;

function definition(name: string, version: number, uri: string, more: object = {}): object {
  const http = { uri, method: "PUT", json: { who: "${workflow.input.who}" } };
  return { name, version, inputParameters: ["who"], tasks: [{ name: "call", type: "http", http }], ...more };
}

beforeAll(async () => {
  if (storeIsMissing()) return;
  const site = parts.use(await commandSite());
  folder = site.path;
  const quick = parts.use(await startReceiver(join(site.path, "quick")));
  const flaky = {
    name: "call",
    type: "http",
    retries: 1,
    retryDelaySeconds: 0.3,
    http: { uri: "http://127.0.0.1:2/" },
  };
  const definitions = [
    definition("greet", 1, `http://${quick.address}/`),
    definition("greet", 2, `http://${quick.address}/`, { description: "says hello", optionalParameters: ["lang"] }),
    definition("alone", 1, `http://${quick.address}/`),
    definition("nowhere", 1, `http://${quick.address}/`, { topic: "slow" }),
    definition("flaky", 1, "", { tasks: [flaky] }),
  ];
  for (const [index, one] of definitions.entries())
    await writeFile(join(site.path, `${index}.json`), JSON.stringify(one));
  const config = join(parts.use(await tempFolder()).path, "config.yaml");
  await writeFile(
    config,
    JSON.stringify({ workflows_path: site.path, api_tokens: [{ name: "admin", role: "admin", hash: admin.hash }] }),
  );
  running = parts.use(await service(["--config", config, "standalone", "--topics", "default"], site));
});

afterAll(() => parts.disposeAsync());

function client(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return command(args, { env: { WORKFLOWS_SERVER: running.url, WORKFLOWS_TOKEN: admin.token, ...env } });
}

/** What it printed; it must have ended well. */
async function printed(args: readonly string[], env?: Record<string, string>): Promise<string> {
  const { code, stdout, stderr } = await client(args, env);
  expect({ args, code, stderr }).toMatchObject({ code: 0 });
  return stdout;
}

test("workflows are listed with what a start must bring, under either name of the command", async () => {
  const list = await printed(["workflows", "list"]);
  expect(list).toMatch(/^WORKFLOW +VERSION +VERSIONS +TOPIC +INPUTS +DESCRIPTION\n/);
  expect(list).toMatch(/^greet +2 +2 +default +who \[lang\] +says hello$/m);
  expect(await printed(["workflows", "list", "--quiet"])).toBe("alone\nflaky\ngreet\nnowhere\n");
  expect(JSON.parse(await printed(["workflows", "list", "--json"]))).toMatchObject({
    workflows: [{ name: "alone" }, {}, {}, {}],
  });
});

test("a workflow is shown with its versions, and a version as a definition that can be posted again", async () => {
  const shown = await printed(["workflows", "show", "greet"]);
  expect(shown).toMatch(
    /^greet version 2: says hello\ntopic: default, inputs: who \[lang\]\n\nVERSION +DIGEST\n2 +[\da-f]{64}\n1 +[\da-f]{64}\n$/,
  );
  expect(await printed(["workflows", "show", "greet", "--quiet"])).toBe("2\n1\n");
  const yaml = await printed(["definitions", "show", "greet", "1"]);
  expect(yaml).toMatch(/^name: greet\nversion: 1\n/);
  expect(JSON.parse(await printed(["workflows", "show", "greet", "1", "--json"]))).toMatchObject({ version: 1 });
  const wrong = await client(["workflows", "show", "gret"]);
  expect(wrong).toMatchObject({ code: 4, stderr: 'workflows: There is no workflow "gret"; did you mean "greet"?\n' });
});

test("what differs between versions, or between the newest and a file, is shown line by line", async () => {
  const versions = await printed(["workflows", "diff", "greet"]);
  expect(versions).toMatch(/^--- version 1\n\+\+\+ version 2\n name: greet\n-version: 1\n\+version: 2\n/);
  expect(versions).toMatch(/^\+description: says hello$/m);
  const other = JSON.parse(await printed(["workflows", "show", "greet", "--json", "2"])) as object;
  const file = join(folder, "other.txt");
  await writeFile(file, JSON.stringify(Object.fromEntries(Object.entries(other).reverse())));
  expect(await printed(["workflows", "diff", "greet", file])).toBe(`greet: version 2 and ${file} say the same\n`);
  await writeFile(file, JSON.stringify({ ...other, version: 3 }));
  expect(await printed(["workflows", "diff", "greet", file, "--quiet"])).toContain("-version: 2\n+version: 3\n");
  const json = JSON.parse(await printed(["workflows", "diff", "greet", "2", "1", "--json"])) as object;
  expect(json).toMatchObject({ from: "version 2", to: "version 1", same: false });
  expect(json).toHaveProperty("changes.0", { kind: "changed", at: "/version", before: 2, after: 1 });
  const { code, stderr } = await client(["workflows", "diff", "alone"]);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: "workflows: alone has one version, 1: name a file to compare it with\n",
  });
});

test("workers are listed with what they take, and when they were heard of", async () => {
  const list = await eventually("the server has looked at its worker", async () => {
    const shown = await printed(["workers", "list"]);
    return / ago /.test(shown) && shown;
  });
  expect(list).toMatch(
    /^WORKER +HOST +PID +STARTED +HEARD OF +JOBS +ROOM +TAKES\n[\da-f]+ .* ago +0 +\d+ of 100 +topic default\n$/,
  );
  expect(await printed(["workers", "list", "--quiet"])).toMatch(/^[\da-f]+\n$/);
});

test("the queue tells of what waits and what would end it", async () => {
  expect((await client(["queue", "--workflow", "greet"])).stderr).toBe("Nothing waits.\n");
  expect((await client(["queue", "--workflow", "gret"])).stderr).toBe(
    'no workflow "gret" is known; did you mean "greet"?\nNothing waits.\n',
  );
  const id = (await printed(["run", "nowhere", "--input", "who=Ada", "--quiet"])).trim();
  const queue = await printed(["queue"]);
  expect(queue).toMatch(
    /^nowhere +worker +1 +\S+Z +\S* +No worker takes the topic slow: start one with workflows worker --topics slow$/m,
  );
  expect(JSON.parse(await printed(["queue", "--json"]))).toMatchObject({
    rows: 1,
    waiting: [{ workflow: "nowhere", waiting: "worker", jobs: 1, oldest: { id } }],
  });
  expect(await printed(["queue", "--quiet"])).toBe("nowhere\n");
  await printed(["jobs", "pause", id, "--quiet"]);
  expect(await printed(["queue"])).toMatch(/^nowhere +paused +1 .* People paused them: workflows jobs resume ID$/m);
  await printed(["jobs", "cancel", id]);
  expect((await client(["queue"])).stderr).toBe("Nothing waits.\n");
});

test("while a job is waited for, a pipe gets a line for each change of a task, beside the result", async () => {
  const { code, stdout, stderr } = await client(["run", "flaky", "--input", "who=Ada", "--wait"]);
  expect(code).toBe(5);
  expect(stderr).toMatch(
    /^Started flaky: job [\da-f]{24}\n(call: (scheduled|started)[^\n]*\n)*call: failed attempt 2 after connect_failed: [^\n]*\n$/,
  );
  expect(stdout).toMatch(/^flaky version 1 /);
  expect(stdout + stderr).not.toContain("\u001b");
  const quiet = await client(["run", "flaky", "--input", "who=Ada", "--wait", "-q"]);
  expect(quiet).toEqual({ code: 5, stderr: "", stdout: expect.stringMatching(/^[\da-f]{24}\n$/) });
  const json = await client(["run", "flaky", "--input", "who=Ada", "--wait", "--json", "--quiet"]);
  expect(json).toMatchObject({ code: 5, stderr: "" });
  expect(JSON.parse(json.stdout)).toMatchObject({ status: "failed" });
});

test("with --quiet commands print only ids, or nothing", async () => {
  const id = (await printed(["run", "greet", "--input", "who=Ada", "--wait", "--quiet"])).trim();
  expect(id).toMatch(/^[\da-f]{24}$/);
  expect(await printed(["jobs", "list", "--workflow", "greet", "--quiet"])).toContain(`${id}\n`);
  for (const args of [
    ["show", id],
    ["history", id],
    ["restart", id],
  ])
    expect(await client(["jobs", ...args, "-q"]), args[0]).toEqual({ code: 0, stdout: "", stderr: "" });
  const missing = await client(["jobs", "show", "0".repeat(24), "-q"]);
  const stderr = `workflows: not found\n  There is no job ${"0".repeat(24)}; it may have been removed\n`;
  expect(missing).toEqual({ code: 4, stdout: "", stderr });
});

test("completion knows workflows and jobs of the server, and those that an action can touch", async () => {
  const id = (await printed(["run", "greet", "--input", "who=Ada", "--wait", "-q"])).trim();
  // On a busy machine the server may answer too late for somebody who types.
  const completed = (...words: readonly string[]): Promise<string> =>
    eventually(
      `${words.join(" ")} is completed`,
      async () => (await printed(["complete", "--", ...words])) || undefined,
    );
  expect(await completed("run", "gr")).toBe("greet\tsays hello\n");
  expect(await completed("jobs", "list", "--workflow=al")).toBe("--workflow=alone\n");
  const [job] = (await completed("jobs", "show", id.slice(0, 20))).split("\n").filter((line) => line.startsWith(id));
  expect(job).toMatch(/^[\da-f]{24}\tgreet completed /);
  expect(await printed(["complete", "--", "jobs", "resume", id])).toBe("");
  expect(await printed(["complete", "--", "run", "gr"], { WORKFLOWS_SERVER: "http://127.0.0.1:2" })).toBe("");
});
