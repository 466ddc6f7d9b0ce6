import { Value } from "typebox/value";
import { expect, test } from "vitest";
import { ExplanationAnswer } from "../../../../src/api/v1/explanation/explanation.ts";
import type { Explanation } from "../../../../src/client/workflows.ts";
import { eventually } from "../../../support/eventually.ts";
import { showHistory, showJob, startJob } from "../../../support/workflows-api.ts";
import { calledService, never } from "../../coming-from-mender/called-service.ts";
import { ended, menderSite } from "../../coming-from-mender/site.ts";
import { command } from "../command.ts";

async function explained(url: string, id: string): Promise<Explanation> {
  const response = await fetch(`${url}/api/v1/jobs/${id}/explanation`);
  const answer = (await response.json()) as Explanation;
  expect(response.status, JSON.stringify(answer)).toBe(200);
  expect(Value.Check(ExplanationAnswer, answer)).toBe(true);
  return answer;
}

async function act(url: string, id: string, action: string, body: object = {}): Promise<void> {
  const response = await fetch(`${url}/api/v1/jobs/${id}/${action}`, { method: "POST", body: JSON.stringify(body) });
  expect(response.status, await response.text()).toBe(200);
}

/** Attempts of the task of that name. */
function attemptsOf({ tasks }: Explanation, name: string): Explanation["tasks"][number]["attempts"] {
  return tasks.find((task) => task.name === name)?.attempts ?? [];
}

test("a call that was made twice because its worker was killed, timed out, was refused or repeated by people says so", async () => {
  const {
    calls,
    to,
    url: called,
  } = await calledService(({ path }, before) => {
    if (path === "/killed" && before === 0) return never();
    if (path === "/slow" && before === 0) return never();
    if (path === "/refused" && before === 0) return { status: 503, body: `{"said":"not now, 4711-0815"}` };
    if (path === "/mended" && before === 0) return { status: 400, body: "mend me" };
    return { body: `{"kept":"4711-0815"}` };
  });
  const http = (path: string) => ({ uri: `${called}${path}`, method: "POST", json: { pin: "${workflow.input.pin}" } });
  const retried = { retries: 2, retryDelaySeconds: 0.01, type: "http" };
  const site = await menderSite({
    name: "pay",
    ...{ version: 1, inputParameters: ["pin"], secretParameters: ["pin"] },
    ...{
      tasks: [
        { name: "killed", type: "http", http: http("/killed") },
        { name: "slow", ...retried, timeout: 1, http: http("/slow") },
        { name: "refused", ...retried, http: http("/refused") },
        { name: "mended", type: "http", http: http("/mended") },
      ],
    },
  });
  const lease = { WORKFLOWS_LEASE: "3s", WORKFLOWS_HEARTBEAT: "500ms" };
  const { url } = await site.start("server", lease);
  const unknown = await fetch(`${url}/api/v1/jobs/0123456789abcdef01234567/explanation`);
  expect([unknown.status, await unknown.json()]).toMatchObject([404, { code: "job_not_found" }]);
  const first = await site.start("worker", lease);
  const { id } = (await startJob(url, "pay", { pin: "4711-0815" })).body;
  await eventually("the call is open", () => to("/killed").length === 1);
  const worker = await eventually(
    "a worker has the job",
    async () => (await explained(url, id)).tasks[0]?.attempts[0]?.worker,
  );
  expect((await explained(url, id)).summary).toContain(`"killed" (POST ${called}/killed) may be under way since `);
  first.kill("SIGKILL");
  const alone = await eventually("its loss is told while no worker runs", async () => {
    const explanation = await explained(url, id);
    return attemptsOf(explanation, "killed")[0]?.outcome === "lost" && explanation;
  });
  expect(alone.summary).toMatch(`Worker ${worker} was lost, which was noticed at `);
  expect(alone.waiting).toMatchObject({ reason: "worker", cause: "no_worker" });
  await site.start("worker"); // with the usual lease: it is not to be lost, however busy the machine is
  expect(await ended(url, id)).toMatchObject({ status: "failed" });
  const failed = await explained(url, id);
  expect(failed.summary).toMatch(
    /^It failed in "mended" at .*400 Bad Request.*of 3 tasks of which a call may have been made more than once\.$/,
  );
  await act(url, id, "retry", { reason: "mended it" });
  await ended(url, id);

  const explanation = await explained(url, id);
  expect(explanation).toMatchObject({ state: "completed", tasks: { length: 4 } });
  const [lost, again] = attemptsOf(explanation, "killed");
  expect(lost).toMatchObject({ attempt: 1, outcome: "lost", worker, why: "first attempt" });
  expect(again).toMatchObject({ attempt: 1, outcome: "succeeded", calledAgain: true });
  expect(again?.why).toMatch(`worker ${worker} was lost, which was noticed at `);
  expect(again?.worker).not.toBe(worker);
  expect(attemptsOf(explanation, "slow")).toMatchObject([
    { outcome: "failed", error: { code: "attempt_timeout" }, request: `POST ${called}/slow` },
    { outcome: "succeeded", calledAgain: true, why: expect.stringContaining("retry 1 of 2 after 10 ms") },
  ]);
  expect(attemptsOf(explanation, "refused")).toMatchObject([
    { outcome: "failed", answer: '503 {"said":"not now, ***"}' },
    { outcome: "succeeded", answer: '200 {"kept":"***"}', calledAgain: true },
  ]);
  expect(attemptsOf(explanation, "mended")).toMatchObject([
    { outcome: "failed", answer: "400 mend me" },
    {
      outcome: "succeeded",
      calledAgain: true,
      why: expect.stringMatching(/^anonymous \(mended it\) asked for a retry at /),
    },
  ]);
  expect(calls.map(({ path }) => path)).toEqual([
    "/killed",
    "/killed",
    "/slow",
    "/slow",
    "/refused",
    "/refused",
    "/mended",
    "/mended",
  ]);
  expect(new Set(to("/killed").map(({ headers }) => headers["idempotency-key"])).size).toBe(1);

  await act(url, id, "restart");
  await ended(url, id);
  const history = await showHistory(url, id);
  expect(history.filter(({ type }) => type === "worker_lost")).toMatchObject([
    { worker, open: [{ path: "0", attempt: 1 }] },
  ]);
  const completed = history.filter(({ type, task }) => type === "task_completed" && task === "refused");
  expect(completed).toMatchObject([{ answer: '200 {"kept":"***"}' }, { answer: '200 {"kept":"***"}' }]); // of the first run too
  expect(JSON.stringify([explanation, history])).not.toContain("4711");

  const text = await command(["explain", id, "--server", url]);
  expect(text.code, text.stderr).toBe(0);
  expect(text.stdout).toMatch(/^[0-9a-f]{24} {2}completed\nIt completed at /);
  expect(text.stdout).not.toContain("\u001b");
  expect(await command(["explain", id, "--quiet", "--server", url])).toEqual({ code: 0, stdout: "", stderr: "" });
  const json = await command(["--json", "jobs", "explain", id, "--server", url]);
  expect(JSON.parse(json.stdout)).toEqual(await explained(url, id));
  const told = await command(["jobs", "history", id, "--server", url]);
  expect(told.stdout).toMatch(/attempt_failed +refused +1 .* POST http\S+\/refused +503 /);
  expect(await command(["explain", "0".repeat(24), "--server", url])).toMatchObject({ code: 4 });
});

test("a job that waits says for what: no worker, another topic, a cap, a pause, a retry", async () => {
  const { url: called } = await calledService(({ path }) => (path === "/held" ? never() : { status: 503 }));
  const task = (path: string) => ({ name: "call", type: "http", http: { uri: `${called}${path}` } });
  const definition = (name: string, more: object) => ({ name, version: 1, ...more });
  const site = await menderSite(
    definition("capped", { maxRunning: 1, tasks: [task("/held")] }),
    definition("mail", { topic: "mail", tasks: [task("/held")] }),
    definition("again", { tasks: [{ ...task("/fails"), retries: 3, retryDelaySeconds: 600 }] }),
  );
  const { url } = await site.start("server");
  const start = async (workflow: string): Promise<string> => (await startJob(url, workflow, {})).body.id;
  const waitsFor = (id: string, wanted: object) =>
    eventually("it waits as it should", async () => {
      const { waiting } = await explained(url, id);
      expect(waiting).toMatchObject(wanted);
      return waiting;
    });
  const mail = await start("mail");
  await waitsFor(mail, { reason: "worker", cause: "no_worker" });
  await site.start("worker");
  const missing = await waitsFor(mail, { reason: "worker", cause: "not_taken" });
  expect(missing?.text).toContain("does not take the topic mail");
  expect((await explained(url, mail)).advice[0]).toContain("workflows worker --topics mail");

  await start("capped");
  const second = await start("capped");
  const capped = await waitsFor(second, { reason: "worker", cause: "max_running" });
  expect(capped?.text).toContain("1 job of workflow capped is with workers, and its maxRunning is 1");

  await act(url, second, "pause", { reason: "maintenance" });
  expect((await explained(url, second)).waiting?.text).toMatch(/^anonymous \(maintenance\) paused it at \S+Z$/);

  const again = await start("again");
  const retry = await waitsFor(again, { reason: "retry", until: expect.any(String) });
  expect(retry?.text).toMatch(
    /503 Service Unavailable \(http_status\)\. It is tried again, attempt 2 of at most 4, at \S+ \(in (?:10 min|9 min \d+ s)\)$/,
  );
  expect(retry?.until).toBe((await showJob(url, again)).tasks?.[0]?.due_time);
});
