import { describe, expect, test } from "vitest";
import { newToken } from "../../../src/api/tokens.ts";
import { eventually } from "../../support/eventually.ts";
import { completedJob, jobIdOf } from "../../support/jobs.ts";
import { openStoreAt } from "../../support/store/store-place.ts";
import { listJobIds, startJob } from "../../support/workflows-api.ts";
import { calledService, never } from "./called-service.ts";
import { ended, menderSite } from "./site.ts";

describe("8. no list, search, cancel or retry; no metrics; no authentication; no idempotent start; no retention", () => {
  const calling = (name: string, uri: string) => ({
    name,
    version: 1,
    tasks: [{ name: "call", type: "http", http: { uri } }],
  });

  test("jobs are listed, searched by status and workflow, cancelled and retried", async () => {
    let isSick = true;
    const target = await calledService(({ path }) =>
      path === "/slow" ? never() : { status: path === "/sick" && isSick ? 500 : 200 },
    );
    const names = ["sick", "slow", "sound"];
    const site = await menderSite(...names.map((name) => calling(name, `${target.url}/${name}`)));
    const { url } = await site.start("standalone");
    const ids: Record<string, string> = {};
    for (const name of names) ids[name] = (await startJob(url, name, {})).body.id;
    const { sick = "", slow = "", sound = "" } = ids;
    expect(await ended(url, sick)).toMatchObject({ status: "failed" });
    await ended(url, sound);
    expect((await listJobIds(url)).sort()).toEqual([sick, slow, sound].sort());
    expect(await listJobIds(url, "failed")).toEqual([sick]);
    const found = await fetch(`${url}/api/v1/jobs?workflow=sound&status=done`);
    expect(await found.json()).toMatchObject({ jobs: [{ id: sound }], next: null });
    const act = async (id: string, action: string) => {
      const answer = await fetch(`${url}/api/v1/jobs/${id}/${action}`, { method: "POST" });
      expect(answer.status).toBe(200);
    };
    await act(slow, "cancel");
    expect(await ended(url, slow)).toMatchObject({ status: "failed", state: "terminated" });
    isSick = false;
    await act(sick, "retry");
    await eventually("the retried job is done", async () => (await ended(url, sick)).status === "done");
  });

  test("how many jobs there are, in which state and waiting for what, is told without a look at each", async () => {
    const target = await calledService(({ path }) => ({ status: path === "/away" ? 503 : 200 }));
    const { tasks, ...rest } = calling("away", `${target.url}/away`);
    const away = { ...rest, tasks: tasks.map((task) => ({ ...task, retries: 1, retryDelaySeconds: 3600 })) };
    const site = await menderSite(calling("sound", `${target.url}/`), away);
    const { url } = await site.start("standalone");
    for (const name of ["sound", "sound", "away"]) await startJob(url, name, {});
    const expected = [
      { workflow: "away", status: "processing", state: "running", waiting: "retry", jobs: 1 },
      { workflow: "sound", status: "done", state: "completed", jobs: 2 },
    ];
    await eventually("all are counted", async () => {
      const told = await fetch(`${url}/api/v1/jobs/counts`);
      expect(await told.json()).toMatchObject({ counts: expected, total: 3 });
      return true;
    });
  });

  test("an API with tokens answers nobody who has none, and nobody starts with the right to read", async () => {
    const reader = newToken();
    const site = await menderSite(calling("hello", "http://127.0.0.1:2/"));
    const tokens = [{ name: "reader", role: "read", hash: reader.hash }];
    const { url } = await site.start("standalone", { WORKFLOWS_API_TOKENS: JSON.stringify(tokens) });
    const authorization = `Bearer ${reader.token}`;
    expect((await fetch(`${url}/api/v1/jobs`)).status).toBe(401);
    expect((await fetch(`${url}/api/v1/jobs`, { headers: { authorization } })).status).toBe(200);
    const start = { method: "POST", headers: { authorization }, body: "{}" };
    expect((await fetch(`${url}/api/v1/workflow/hello`, start)).status).toBe(403);
  });

  test("a start that is sent again with its key is the same job, and runs once", async () => {
    const target = await calledService();
    const site = await menderSite(calling("once", `${target.url}/`));
    const { url } = await site.start("standalone");
    const first = await startJob(url, "once", {}, "request-1");
    const again = await startJob(url, "once", {}, "request-1");
    expect(again.body.id).toBe(first.body.id);
    await ended(url, first.body.id);
    expect(target.calls).toHaveLength(1);
    expect(await listJobIds(url)).toEqual([first.body.id]);
  });

  test("finished jobs go when retention is over, later ones stay", async () => {
    const site = await menderSite(calling("kept", "http://127.0.0.1:2/"));
    const store = await openStoreAt(site.site.place);
    const hour = 3_600_000;
    const jobs = [
      completedJob("old", { createdAt: Date.now() - 3 * hour }),
      completedJob("young", { createdAt: Date.now() - hour }),
    ];
    await store.jobs.insert(jobs);
    await store.close();
    const { url } = await site.start("standalone", { WORKFLOWS_RETENTION: "2h" });
    await eventually("the old job is gone", async () => !(await listJobIds(url)).includes(jobIdOf("old")));
    expect(await listJobIds(url)).toEqual([jobIdOf("young")]);
  });
});
