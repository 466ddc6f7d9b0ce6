import { expect, test } from "vitest";
import type { JobSearch } from "../../../../src/store/search.ts";
import { eventually } from "../../../support/eventually.ts";
import { byHand } from "../../../support/store/by-hand.ts";
import { openEvents } from "../../../support/watch/event-source.ts";
import { type ApiServer, apiServer } from "../api-server.ts";
import { type HttpAnswer, post, send } from "../http-client.ts";

// An upgrade of part of a fleet: a newer program stores what this one cannot read.

const refused = {
  status: 409,
  json: { code: "job_too_new", error: expect.stringMatching(/newer release.*upgrade this one/) as string },
};

async function started(server: ApiServer): Promise<string> {
  return ((await post(`${server.url}/api/v1/workflow/greet`, { name: "Ada" })).json as { id: string }).id;
}

/** Two jobs: one of a newer program, and one of ours. */
async function twoJobs(server: ApiServer): Promise<{ readonly newer: string; readonly known: string }> {
  const [newer, known] = [await started(server), await started(server)];
  await byHand(server.place).newer(newer);
  return { newer, known };
}

function idsOf({ json }: HttpAnswer): string[] {
  return (json as { jobs: { id: string }[] }).jobs.map(({ id }) => id);
}

test("lists and counts have a job that only a newer release can read, with its workflow, state and times", async () => {
  await using server = await apiServer();
  const { newer, known } = await twoJobs(server);
  const list = await send(`${server.url}/api/v1/jobs`);
  expect(list).toMatchObject({ status: 200 });
  expect(idsOf(list)).toEqual([known, newer]);
  const { jobs } = list.json as { jobs: object[] };
  expect(jobs[1]).toMatchObject({ id: newer, workflowName: "greet", version: 4, state: "pending", run: 1 });
  expect(await send(`${server.url}/api/v1/jobs/counts`)).toMatchObject({ status: 200, json: { total: 2 } });
});

test("whoever asks for it alone is told to upgrade, whatever he asks", async () => {
  await using server = await apiServer();
  const { newer, known } = await twoJobs(server);
  const job = `${server.url}/api/v1/jobs/${newer}`;
  const reads = [job, `${job}/history`, `${job}/explanation`, `${job}/events`];
  reads.push(`${server.url}/api/workflow/greet/${newer}`, `${server.url}/api/v1/workflow/greet/${newer}`);
  for (const url of reads) expect(await send(url), url).toMatchObject(refused);
  for (const action of ["cancel", "pause", "resume", "retry", "restart", "events/word"])
    expect(await post(`${job}/${action}`, {}), action).toMatchObject(refused);
  expect(await post(`${job}/skip`, { task: "call" })).toMatchObject(refused);
  expect(await send(job, { method: "DELETE" })).toMatchObject(refused);
  expect(await send(`${server.url}/api/v1/jobs/${known}`)).toMatchObject({ status: 200 });
  expect(server.logged.filter(({ level }) => level === "error")).toEqual([]);
});

test("a bulk call acts on all others, and tells of it", async () => {
  await using server = await apiServer();
  const { newer, known } = await twoJobs(server);
  const answer = await post(`${server.url}/api/v1/jobs/bulk/cancel`, { filter: { workflow: "greet" } });
  expect(answer).toMatchObject({
    status: 200,
    json: { jobs: [known], done: 1, refused: 1, refusals: [{ id: newer, code: "job_too_new" }], next: null },
  });
});

test("a bulk call that comes to a job which a newer release went on with meanwhile goes past it", async () => {
  await using first = await apiServer();
  const [meanwhile, known] = [await started(first), await started(first)];
  await using server = await apiServer({
    at: first.place,
    disturb: (store) => ({ ...store, search: { ...store.search, find: changedBehind(store.search) } }),
  });
  const answer = await post(`${server.url}/api/v1/jobs/bulk/cancel`, { filter: { workflow: "greet" } });
  expect(answer).toMatchObject({ status: 200, json: { jobs: [known], refusals: [{ id: meanwhile }], next: null } });

  /** The job is another one as soon as a page shows it. */
  function changedBehind(search: JobSearch): JobSearch["find"] {
    return async (query) => {
      const page = await search.find(query);
      await byHand(first.place).newer(meanwhile, { version: 7 });
      return page;
    };
  }
});

test("a start that waits for a job which a newer release goes on with is answered that it was stored", async () => {
  await using server = await apiServer();
  const answering = post(`${server.url}/api/v1/workflow/greet?wait=60`, { name: "Ada" });
  const [id = ""] = await eventually("the job is there", async () => {
    const ids = idsOf(await send(`${server.url}/api/v1/jobs`));
    return ids.length > 0 && ids;
  });
  await byHand(server.place).newer(id, { version: 9 });
  expect(await answering).toMatchObject({ status: 202, json: { id } });
});

test("those who watch all jobs are told of it and of what comes after it", async () => {
  await using server = await apiServer();
  const place = await markOf(server);
  const { newer, known } = await twoJobs(server);
  await using stream = await openEvents(`${server.url}/api/v1/jobs/events`, place);
  await stream.heard(new RegExp(newer));
  await stream.heard(new RegExp(known));
});

/** Where a watcher is who is told of everything from now on. */
async function markOf(server: ApiServer): Promise<string> {
  await using stream = await openEvents(`${server.url}/api/v1/jobs/events`);
  await stream.heard(/^id: .+$/m);
  const [, mark = ""] = /^id: (.+)$/m.exec(stream.text()) ?? [];
  return mark;
}
