import { connect } from "node:net";
import { expect, test } from "vitest";
import type { Outcome } from "../../../../src/model/job/task-execution.ts";
import type { JobSearch } from "../../../../src/store/search.ts";
import type { Store } from "../../../../src/store/store.ts";
import { eventually } from "../../../support/eventually.ts";
import { workflowOf } from "../../../support/jobs.ts";
import { dataOf, type OpenedEvents, openEvents } from "../../../support/watch/event-source.ts";
import { type ApiServer, apiServer, greet, httpTask } from "../api-server.ts";
import { post, send } from "../http-client.ts";

const refused: Outcome = { kind: "failed", error: { code: "http_status", message: "no" }, retryable: false };

const workflows = [greet(), { ...workflowOf("other"), inputParameters: ["name"], root: httpTask("0", "call") }];

async function start({ url }: ApiServer, workflow = "greet"): Promise<string> {
  return ((await post(`${url}/api/v1/workflow/${workflow}`, { name: "Ada" })).json as { id: string }).id;
}

function watch({ url }: ApiServer, filter = "", lastEventId?: string): Promise<OpenedEvents> {
  return openEvents(`${url}/api/v1/jobs/events?${filter}`, lastEventId);
}

/** From now on, what changes is in the stream. */
async function begun(opening: Promise<OpenedEvents>): Promise<OpenedEvents> {
  const stream = await opening;
  await stream.heard(/^id: /m);
  return stream;
}

/** Jobs as they were told, each change once, until there is enough. Throws where an older one comes after a newer one. */
async function told(stream: OpenedEvents, isEnough: (jobs: Told[]) => boolean): Promise<Told[]> {
  const jobs: Told[] = [];
  while (!isEnough(jobs)) {
    const event = await stream.next();
    expect(event?.type).toBe("job");
    const job = dataOf(event) as unknown as Told;
    const before = jobs.findLast(({ id }) => id === job.id);
    if (before !== undefined) expect(job.revision).toBeGreaterThanOrEqual(before.revision);
    if (before?.revision !== job.revision) jobs.push(job);
  }
  return jobs;
}

interface Told {
  readonly id: string;
  readonly state: string;
  readonly revision: number;
}

test("each change of a job that fits is told, of any server, as lists show it", async () => {
  await using server = await apiServer({ workflows });
  await using other = await apiServer({ workflows, at: server.place });
  await using all = await begun(watch(server));
  await using failed = await begun(watch(server, "workflow=greet&status=failed"));
  const first = await start(other);
  expect(dataOf(await all.next())).toMatchObject({ id: first, workflowName: "greet", state: "pending", revision: 1 });
  await other.finishNextTask(refused);
  const second = await start(server, "other");
  await server.finishNextTask(refused);
  const hasFailed = (id: string) => (jobs: Told[]) => jobs.some((job) => job.id === id && job.state === "failed");
  const jobs = await told(all, (some) => hasFailed(first)(some) && hasFailed(second)(some));
  expect(new Set(jobs.map(({ id }) => id))).toEqual(new Set([first, second]));
  const third = await start(server);
  await server.finishNextTask(refused);
  const fitting = await told(failed, hasFailed(third));
  expect(fitting.map(({ id }) => id)).toEqual([first, third]);
  const list = (await send(`${server.url}/api/v1/jobs?status=failed&workflow=greet&sort=insert_time`)).json;
  expect(fitting.map(({ revision: _, ...summary }) => summary)).toEqual((list as { jobs: unknown[] }).jobs);
});

test("a client that was away hears what changed meanwhile, at any server, and loses nothing on the way to what is new", async () => {
  await using server = await apiServer({ workflows });
  await using other = await apiServer({ workflows, at: server.place });
  await using stream = await begun(watch(server));
  const known = await start(server);
  const last = await stream.next();
  await stream[Symbol.asyncDispose]();
  const ids: string[] = [];
  for (let index = 0; index < 10; index++) ids.push(await start(index % 2 === 0 ? server : other));
  await using back = await watch(other, "", last?.id);
  for (let index = 0; index < 10; index++) ids.push(await start(index % 2 === 0 ? server : other));
  const jobs = await told(back, (some) => new Set(some.map(({ id }) => id)).isSupersetOf(new Set(ids)));
  expect(
    jobs
      .map(({ id }) => id)
      .filter((id) => id !== known)
      .sort(),
  ).toEqual(ids.sort());
});

test("while nothing fits, the client hears from where to go on all the same", async () => {
  await using server = await apiServer({ workflows, settings: { heartbeatMs: 50 } });
  await using stream = await begun(watch(server, "workflow=other"));
  const begin = /^id: (.*)$/m.exec(stream.text())?.[1];
  await start(server);
  await stream.heard(new RegExp(`^id: (?!${begin}$)`, "m"));
  const mark = [...stream.text().matchAll(/^id: (.*)$/gm)].at(-1)?.[1];
  await using back = await begun(watch(server, "", mark));
  const id = await start(server, "other");
  await told(back, (some) => some.some((job) => job.id === id));
});

test("a client that goes away while its filter is read leaves no place taken", async () => {
  const reading = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const slowToTell = (store: Store): Store => {
    const versions: JobSearch["versions"] = async (ids) => {
      reading.resolve();
      await go.promise;
      return store.search.versions(ids);
    };
    const changed: JobSearch["changed"] = (ask) => {
      entered.resolve();
      return store.search.changed(ask);
    };
    return { ...store, search: { ...store.search, versions, changed } };
  };
  await using server = await apiServer({
    workflows,
    settings: { maxWatchers: 1 },
    disturb: slowToTell,
    keepAliveMs: 20,
  });
  const socket = connect({ host: "127.0.0.1", port: server.port });
  socket.write("GET /api/v1/jobs/events?workflow=greet&idempotency_key=a HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await reading.promise;
  socket.destroy();
  await eventually("its connection is closed", async () => (await server.connections()) === 0);
  go.resolve();
  await entered.promise;
  await using next = await begun(watch(server, "workflow=greet"));
  expect(next.status).toBe(200);
});
