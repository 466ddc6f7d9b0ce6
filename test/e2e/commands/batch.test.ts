import { expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { kindUnderTest } from "../../support/store/store-place.ts";
import { listJobIds } from "../../support/workflows-api.ts";
import { helloIn } from "../mongodb/hello-workflow.ts";
import { service } from "./service.ts";
import { commandSite } from "./site.ts";

/** As many as a batch may have; fewer on the second store, which is given them in pieces of the same size. */
const inputs = kindUnderTest() === "sqlite" ? 10_000 : 3_000;

async function askFor(url: string, key: string): Promise<readonly { readonly id?: string }[]> {
  const body = JSON.stringify(Array.from({ length: inputs }, (_, index) => ({ index, device: `device-${index}` })));
  const headers = { "idempotency-key": key };
  const response = await fetch(`${url}/api/v1/workflow/hello/batch`, { method: "POST", headers, body });
  expect(response.status).toBe(201);
  return (await response.json()) as readonly { readonly id?: string }[];
}

/** Starts all: a busy store refuses some, as overloaded, which the same batch again starts. */
async function startBatch(url: string, key: string): Promise<readonly { readonly id: string }[]> {
  return eventually("each input is a job", async () => {
    const ids = (await askFor(url, key)).flatMap(({ id }) => (id === undefined ? [] : [{ id }]));
    return ids.length === inputs && ids;
  });
}

async function hasJobs(url: string, query = ""): Promise<boolean> {
  const answer = await fetch(`${url}/api/v1/jobs${query}`);
  return ((await answer.json()) as { readonly jobs: readonly unknown[] }).jobs.length > 0;
}

test(`each of ${inputs} inputs of one batch is a job that is run to its end, and the batch again is the same jobs`, async () => {
  await using site = await commandSite();
  const paths = ["--workflows-path", await helloIn(site.path)];
  using server = await service(["server", ...paths], site);
  using worker = await service(["worker", ...paths], site);
  const started = await startBatch(server.url, "all devices");
  const ids = new Set(started.map(({ id }) => id));
  expect(ids.size).toBe(inputs);
  await eventually("no job is left", async () => !(await hasJobs(server.url, "?status=pending,processing")), {
    everyMs: 200,
  });
  expect(new Set(await listJobIds(server.url, "done"))).toEqual(ids);
  const last = await fetch(`${server.url}/api/v1/jobs/${started.at(-1)?.id}`);
  expect(await last.json()).toMatchObject({ inputParameters: [{ name: "index", value: inputs - 1 }, {}] });
  const again = await startBatch(server.url, "all devices");
  expect(again.map(({ id }) => id)).toEqual(started.map(({ id }) => id));
  expect(await listJobIds(server.url)).toHaveLength(inputs);
  for (const { kill } of [server, worker]) kill("SIGTERM");
  expect(await Promise.all([server.exited, worker.exited])).toEqual([
    [0, null],
    [0, null],
  ]);
});

async function jobCount(url: string): Promise<number> {
  return ((await (await fetch(`${url}/api/v1/jobs/counts`)).json()) as { readonly total: number }).total;
}

/** Whether the answer came before something else ended the request. */
function isAnswered(asked: Promise<unknown>): Promise<boolean> {
  return asked.then(
    () => true,
    () => false,
  );
}

/** A busy machine may be through with a batch before this test has looked: then it tries again. */
async function inTheMiddle(attempt: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 5; tries += 1) if (await attempt()) return;
  expect.fail("Every time the server answered first");
}

test("a batch whose server is killed in the middle is completed by the same batch, and no input is a job twice", async () => {
  await inTheMiddle(async () => {
    await using site = await commandSite();
    const paths = ["--workflows-path", await helloIn(site.path)];
    using first = await service(["server", ...paths], site);
    using second = await service(["server", ...paths], site);
    const answered = isAnswered(askFor(first.url, "nightly"));
    await eventually("some jobs are stored", () => hasJobs(second.url), { everyMs: 1 });
    first.kill("SIGKILL");
    if (await answered) return false;
    const stored = await listJobIds(second.url);
    const ids = (await startBatch(second.url, "nightly")).map(({ id }) => id);
    expect(new Set(ids).size).toBe(inputs);
    expect(new Set(stored).isSubsetOf(new Set(ids))).toBe(true);
    expect((await listJobIds(second.url)).toSorted()).toEqual(ids.toSorted());
    return true;
  });
});

test("a client that goes away before it has the answer ends nothing: all of its batch is started", async () => {
  await inTheMiddle(async () => {
    await using site = await commandSite();
    using server = await service(["server", "--workflows-path", await helloIn(site.path)], site);
    const away = new AbortController();
    const body = JSON.stringify(Array.from({ length: inputs }, () => ({})));
    const { signal } = away;
    const asked = fetch(`${server.url}/api/v1/workflow/hello/batch`, { method: "POST", body, signal });
    const answered = isAnswered(asked);
    await eventually("some jobs are stored", () => hasJobs(server.url), { everyMs: 1 });
    away.abort();
    if (await answered) return false;
    await eventually("all jobs are stored", async () => (await jobCount(server.url)) === inputs, { everyMs: 100 });
    expect(new Set(await listJobIds(server.url)).size).toBe(inputs);
    return true;
  });
});
