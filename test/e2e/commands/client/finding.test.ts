import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startReceiver } from "../../../support/receiver/receiver.ts";
import { storeIsMissing } from "../../../support/store/store-place.ts";
import { command, type Ended } from "../command.ts";
import { type Service, service } from "../service.ts";
import { commandSite } from "../site.ts";

const parts = new AsyncDisposableStack();
let running: Service;
let calledAt: string;

beforeAll(async () => {
  if (storeIsMissing()) return;
  const site = parts.use(await commandSite());
  const receiver = parts.use(await startReceiver(join(site.path, "calls")));
  calledAt = `http://${receiver.address}`;
  for (const [name, origin] of [
    ["greet", calledAt],
    ["broken", "http://127.0.0.1:2"],
  ] as const) {
    const tasks = [{ name: "call", type: "http", http: { uri: `${origin}/people?of=them` } }];
    const definition = { name, inputParameters: ["who"], searchable: ["who"], tasks };
    await writeFile(join(site.path, `${name}.json`), JSON.stringify(definition));
  }
  running = parts.use(await service(["standalone", "--workflows-path", site.path], site));
});

afterAll(() => parts.disposeAsync());

function client(...args: readonly string[]): Promise<Ended> {
  return command(args, { env: { WORKFLOWS_SERVER: running.url } });
}

interface Job {
  readonly id: string;
  readonly error?: { readonly code: string };
}

async function run(workflow: string, who: string): Promise<Job> {
  const { stdout } = await client("run", workflow, "--input", `who=${who}`, "--wait", "--json");
  return JSON.parse(stdout) as Job;
}

test("jobs are found by what they were given, whom they called and how they failed, and counted", async () => {
  const [greeted, failed] = [await run("greet", "Zoë=1"), await run("broken", "Zoë=1")];
  await run("greet", "Ada");
  const found = async (...options: string[]): Promise<string[]> => {
    const { stdout } = await client("jobs", "list", "--input", "who=Zoë=1", "--since", "1h", "--json", ...options);
    return (JSON.parse(stdout) as { jobs: Job[] }).jobs.map(({ id }) => id);
  };
  expect(await found("--sort", "insert_time", "--limit", "2")).toEqual([greeted.id, failed.id]);
  expect(await found("--target", calledAt)).toEqual([greeted.id]);
  expect(await found("--target", "http://127.0.0.1:2", "--status", "failed")).toEqual([failed.id]);
  expect(await found("--error-code", failed.error?.code ?? "")).toEqual([failed.id]);
  expect(await found("--id-prefix", greeted.id.slice(0, 20), "--workflow-version", "1")).toEqual([greeted.id]);
  expect(await found("--finished-until", "2h ago")).toEqual([]);
  expect(await found("--waiting", "retry,paused")).toEqual([]);
  const { stdout } = await client("jobs", "count");
  expect(stdout).toMatch(/^WORKFLOW +STATE +WAITS FOR +JOBS\nbroken +failed +1\ngreet +completed +2\ntotal +3\n$/);
  const none = await client("jobs", "count", "--workflow", "nowhere");
  expect(none.stdout).toMatch(/^WORKFLOW .*\ntotal +0\n$/);
  expect([none.code, none.stderr]).toEqual([0, 'no workflow "nowhere" is known\n']);
  expect((await client("jobs", "list", "--workflow", "gret")).stderr).toBe(
    'no workflow "gret" is known; did you mean "greet"?\nNo jobs.\n',
  );
});

test("for what a job waits is told where it is listed and where it is shown", async () => {
  const { id } = JSON.parse(
    (await client("run", "greet", "--input", "who=x", "--after", "3600", "--json")).stdout,
  ) as Job;
  const listed = await client("jobs", "list", "--waiting", "start");
  expect(listed.stdout).toMatch(new RegExp(`\\n${id} +greet +pending +start +`));
  expect((await client("jobs", "show", id)).stdout).toMatch(new RegExp(`${id} +pending, waits for start\n`));
});

test("what cannot be looked for is told with what would be right", async () => {
  const bare = await client("jobs", "list", "--since", "5");
  expect(bare).toMatchObject({ code: 2, stderr: expect.stringContaining("--since 5: the unit is missing") });
  const wrong = await client("jobs", "list", "--since", "yesterday");
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("--since yesterday: must be so long ago") });
  const misspelt = await client("jobs", "list", "--waiting", "pause", "--input", "whom=x", "--sort", "age");
  expect(misspelt.code).toBe(2);
  expect(misspelt.stderr).toMatch(/did you mean paused\?/);
  expect(misspelt.stderr).toMatch(/did you mean who\?/);
  expect(misspelt.stderr).toContain('"age" is not known; known: -insert_time');
});
