import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../../../support/eventually.ts";
import { storeIsMissing } from "../../../support/store/store-place.ts";
import { startJob } from "../../../support/workflows-api.ts";
import { command, type Ended } from "../command.ts";
import { type Service, service } from "../service.ts";
import { commandSite } from "../site.ts";

const parts = new AsyncDisposableStack();
let running: Service;

beforeAll(async () => {
  if (storeIsMissing()) return;
  const site = parts.use(await commandSite());
  const tasks = [{ name: "call", type: "http", http: { uri: "http://127.0.0.1:2/" } }];
  for (const name of ["broken", "worse"])
    await writeFile(join(site.path, `${name}.json`), JSON.stringify({ name, tasks, inputParameters: ["n"] }));
  const calls = tasks.map((task) => ({ ...task, requires: ["${workflow.input.call}"] }));
  await writeFile(join(site.path, "mixed.json"), JSON.stringify({ name: "mixed", tasks: calls }));
  running = parts.use(await service(["--json", "--workflows-path", ".", "standalone"], site));
});
afterAll(() => parts.disposeAsync());

function jobs(...args: readonly string[]): Promise<Ended> {
  return command(["jobs", ...args, "--server", running.url]);
}

async function failed(workflow: string, count: number): Promise<string[]> {
  const started = await Promise.all(
    Array.from({ length: count }, (_, n) => startJob(running.url, workflow, { n }).then(({ body }) => body.id)),
  );
  await eventually(`${count} jobs of ${workflow} failed`, async () => {
    const { jobs: found } = (await (
      await fetch(`${running.url}/api/v1/jobs?status=failed&workflow=${workflow}&limit=200`)
    ).json()) as { jobs: { id: string }[] };
    return found.length >= count;
  });
  return started;
}

test("many jobs are acted on by what they have in common: asked for first, tried dry, done, and told", async () => {
  const ids = await failed("broken", 7);
  const some = ["--workflow", "broken", "--status", "failed", "--error-code", "connect_failed"];

  const unasked = await jobs("delete", ...some);
  expect(unasked).toMatchObject({ code: 2, stdout: "" });
  expect(unasked.stderr).toMatch(
    /delete (at least )?7 jobs \(status failed, .*\)\? Nobody can be asked here: add --yes/,
  );

  const dry = await jobs("delete", ...some, "--dry-run");
  expect(dry.code).toBe(0);
  expect(dry.stdout.trim().split("\n").toSorted()).toEqual(ids.toSorted());
  expect(dry.stderr).toContain("would be deleted");
  expect(await jobs("delete", ...some, "--dry-run", "--quiet")).toEqual({ ...dry, stderr: "" });

  expect(await jobs("delete", ...some, "--yes")).toMatchObject({ code: 0, stdout: "7 jobs deleted\n" });
  expect(await jobs("delete", ...some, "--yes", "--json")).toMatchObject({ code: 0 });
  const { stdout } = await jobs("list", "--workflow", "broken", "--json");
  expect(JSON.parse(stdout)).toMatchObject({ jobs: [] });
});

test("what jobs do not allow is told, with how many and why, and is a failure", async () => {
  await failed("worse", 3);
  const answer = await jobs("cancel", "--workflow", "worse", "--yes", "--reason", "no more");
  expect(answer).toMatchObject({ code: 1, stdout: "0 jobs cancelled, 3 refused\n" });
  expect(answer.stderr).toMatch(/The job is failed and cannot be cancelled: ([0-9a-f]{24}, ){2}[0-9a-f]{24}\n/);
  const quiet = await jobs("cancel", "--workflow", "worse", "--yes", "--quiet");
  expect(quiet).toEqual({ code: 1, stdout: "", stderr: "" });
});

test("each reason is told with how many jobs have it, those of a dry run too", async () => {
  for (const input of [{}, { call: "yes" }, { call: "yes" }]) await startJob(running.url, "mixed", input);
  await eventually("all jobs have ended", async () => {
    const { stdout } = await jobs("list", "--workflow", "mixed", "--status", "done,failed", "--json");
    return (JSON.parse(stdout) as { jobs: unknown[] }).jobs.length === 3;
  });
  const reasons =
    /\n {2}2: The job is failed and cannot be cancelled: \w{24}, \w{24}\n {2}1: The job is completed and cannot be cancelled: \w{24}\n/;
  for (const how of ["--dry-run", "--yes"]) {
    const { stderr } = await jobs("cancel", "--workflow", "mixed", how);
    expect(`\n${stderr}`, how).toMatch(reasons);
  }
  const { stdout } = await jobs("cancel", "--workflow", "mixed", "--yes", "--json");
  expect(JSON.parse(stdout)).toMatchObject({ refusals: [{ count: 2 }, { count: 1 }] });
});

test("that nothing fits is told with what the workflow may be called", async () => {
  const answer = await jobs("retry", "--workflow", "brokn", "--yes");
  expect(answer).toMatchObject({ code: 0, stdout: "0 jobs retried\n" });
  expect(answer.stderr).toContain('no workflow "brokn" is known; did you mean "broken"?\n');
});

test("without an id and without a choice nothing is done", async () => {
  const wrong = [
    [["pause"], "name the job, or say with which jobs"],
    [["pause", "--all", "--status", "failed"], "--all means every job"],
    [["pause", "a".repeat(24), "--status", "failed"], "but not both"],
    [["skip", "--status", "failed"], "--task"],
    [["retry", "--status", "fialed", "--yes"], "did you mean failed?"],
  ] as const;
  for (const [args, said] of wrong) {
    const answer = await jobs(...args);
    expect(answer, args.join(" ")).toMatchObject({ code: 2, stdout: "" });
    expect(answer.stderr).toContain(said);
  }
});
