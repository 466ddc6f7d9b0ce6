import { expect, test } from "vitest";
import { newToken } from "../../../../src/api/tokens.ts";
import { StoreUnavailable } from "../../../../src/model/errors.ts";
import type { Store } from "../../../../src/store/store.ts";
import { eventually } from "../../../support/eventually.ts";
import { pendingJob, workerInfo } from "../../../support/jobs.ts";
import { apiServer } from "../api-server.ts";
import { post, send } from "../http-client.ts";

test("health warns when jobs wait and no worker lives", async () => {
  await using server = await apiServer();
  await server.store.jobs.insert([pendingJob("waiting", { readyAt: Date.now() - 31_000 })]);
  const answer = await send(`${server.url}/api/v1/health`);
  expect(answer.status).toBe(204);
  expect(answer.headers["x-workflows-warning"]).toMatch(/^jobs have been waiting for \d+ s and no worker is alive$/);
});

test("health names the jobs that wait because no live worker takes them", async () => {
  await using server = await apiServer();
  const readyAt = Date.now() - 31_000;
  await server.store.jobs.insert([
    pendingJob("waiting", { readyAt }),
    pendingJob("untaken", { readyAt, topic: "reports" }),
    pendingJob("just now", { topic: "slow", readyAt: Date.now() }),
  ]);
  const warning = async (): Promise<string | undefined> =>
    (await send(`${server.url}/api/v1/health`)).headers["x-workflows-warning"] as string | undefined;
  await server.store.workers.register(workerInfo("w1")); // of a program that knows no topics
  const text = /^jobs have been waiting for \d+ s and no live worker takes them: greet \(topic reports\)$/;
  expect(await warning()).toMatch(text);
  await server.store.workers.register(workerInfo("w2", { takes: { topics: ["reports"], except: ["greet"] } }));
  expect(await warning()).toMatch(text);
  await server.store.workers.register(workerInfo("w3", { takes: { topics: ["reports"] } }));
  expect(await warning()).toBeUndefined();
});

test("where tokens are configured, health names workflows only to who has one", async () => {
  const reader = newToken();
  await using server = await apiServer({ settings: { tokens: [{ name: "ci", role: "read", hash: reader.hash }] } });
  await server.store.jobs.insert([pendingJob("untaken", { readyAt: Date.now() - 31_000, topic: "reports" })]);
  await server.store.workers.register(workerInfo("w1"));
  const health = (headers: Readonly<Record<string, string>>) => send(`${server.url}/api/v1/health`, { headers });
  for (const headers of [{}, { authorization: `Bearer ${newToken().token}` }, { authorization: "Basic x" }]) {
    const { status, headers: answered } = await health(headers);
    expect(status).toBe(204);
    expect(answered["x-workflows-warning"]).toMatch(
      /^jobs have been waiting for \d+ s and no live worker takes them: the log names them, and so does this call with an API token$/,
    );
  }
  const told = await health({ authorization: `Bearer ${reader.token}` });
  expect(told.headers["x-workflows-warning"]).toMatch(/takes them: greet \(topic reports\)$/);
});

test("health is 204 when it cannot be found out who takes the waiting jobs: starts are taken all the same", async () => {
  let looks = 0;
  const causes: readonly Store["housekeeping"]["untaken"][] = [
    async () => {
      looks += 1;
      throw new StoreUnavailable("MongoDB does not answer, or refuses");
    },
    () => {
      looks += 1;
      return new Promise(() => {});
    },
  ];
  for (const untaken of causes) {
    looks = 0;
    const disturb = (store: Store): Store => ({ ...store, housekeeping: { ...store.housekeeping, untaken } });
    await using server = await apiServer({ disturb });
    await server.store.jobs.insert([pendingJob("untaken", { readyAt: Date.now() - 31_000, topic: "reports" })]);
    await server.store.workers.register(workerInfo("w1"));
    const answer = await send(`${server.url}/api/v1/health`);
    expect([answer.status, answer.headers["x-workflows-warning"], looks]).toEqual([204, undefined, 1]);
    expect(server.logged).toMatchObject([{ level: "warn", message: expect.stringContaining("workers") }]);
    expect((await post(`${server.url}/api/v1/workflow/greet`, { name: 1 })).status).toBe(201);
  }
});

test("health asks a slow store but once at a time who takes the waiting jobs", async () => {
  let looks = 0;
  const { promise: held, resolve: free } = Promise.withResolvers<void>();
  const disturb = (store: Store): Store => {
    const untaken: Store["housekeeping"]["untaken"] = async (ask) => {
      looks += 1;
      await held;
      return store.housekeeping.untaken(ask);
    };
    return { ...store, housekeeping: { ...store.housekeeping, untaken } };
  };
  await using server = await apiServer({ disturb });
  await server.store.jobs.insert([pendingJob("untaken", { readyAt: Date.now() - 31_000, topic: "reports" })]);
  await server.store.workers.register(workerInfo("w1"));
  const answers = await Promise.all([1, 2, 3].map(() => send(`${server.url}/api/v1/health`)));
  expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
  expect(looks).toBe(1);
  free();
  const warning = await eventually("the jobs are told again", async () => {
    const { headers } = await send(`${server.url}/api/v1/health`);
    return headers["x-workflows-warning"];
  });
  expect(warning).toMatch(/greet \(topic reports\)$/);
});
