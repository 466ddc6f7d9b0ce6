import { MongoClient } from "mongodb";
import { describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { showJob, startJob } from "../../support/workflows-api.ts";
import { calledService } from "./called-service.ts";
import { ended, menderSite } from "./site.ts";

describe("5. races between the bus and status updates lost or doubled jobs; the tailable cursor died on an empty collection; documents could not grow", () => {
  const workflow = (url: string, paths: readonly string[]) => ({
    name: "several",
    version: 1,
    optionalParameters: ["number"],
    tasks: paths.map((path) => ({
      name: path,
      type: "http",
      http: { uri: `${url}/${path}`, method: "POST", json: { number: "${workflow.input.number}" } },
    })),
  });

  test.concurrent("of 150 jobs started at two servers at once, two workers run each once, and none is missing", async () => {
    const target = await calledService();
    const site = await menderSite(workflow(target.url, ["first", "second"]));
    const servers = [await site.start("server"), await site.start("server")];
    await Promise.all([site.start("worker"), site.start("worker")]);
    const numbers = Array.from({ length: 150 }, (_, number) => number);
    const left = [...numbers];
    const ids: string[] = [];
    const startAll = async (url: string): Promise<void> => {
      for (let number = left.pop(); number !== undefined; number = left.pop()) {
        const { status, body } = await startJob(url, "several", { number });
        expect(status).toBe(201);
        ids.push(body.id);
      }
    };
    await Promise.all(servers.flatMap(({ url }) => Array.from({ length: 8 }, () => startAll(url))));
    const [{ url } = { url: "" }] = servers;
    for (const id of ids) expect(await ended(url, id)).toMatchObject({ status: "done" });
    for (const path of ["/first", "/second"]) {
      const called = target.to(path).map(({ body }) => (JSON.parse(body) as { number: number }).number);
      expect(called.sort((a, b) => a - b)).toEqual(numbers);
    }
  });

  test.concurrent("a worker that waits at an empty store, and one whose bus is dropped, get the next job", async () => {
    const target = await calledService();
    const site = await menderSite(workflow(target.url, ["call"]));
    const server = await site.start("server");
    await site.start("worker");
    const run = async (): Promise<void> => {
      const { body } = await startJob(server.url, "several", {});
      expect(await ended(server.url, body.id)).toMatchObject({ status: "done" });
    };
    await run();
    const { place } = site.site;
    if (place.kind === "mongodb") {
      await using client = new MongoClient(place.uri);
      const db = client.db(place.database);
      await db.dropCollection("jobs");
      await run();
      await eventually(
        "there is a bus again",
        async () => (await db.listCollections({ name: "jobs" }).toArray()).length > 0,
      );
    }
    await run();
    expect(target.calls).toHaveLength(place.kind === "mongodb" ? 3 : 2);
  });

  test.concurrent("a job grows by whatever its services answer", async () => {
    const length = 900_000;
    const target = await calledService(({ path }) => ({ body: JSON.stringify(path.padEnd(length, "x")) }));
    const site = await menderSite(workflow(target.url, ["a", "b", "c", "d", "e"]));
    const running = await site.start("standalone");
    const { body } = await startJob(running.url, "several", {});
    expect(await ended(running.url, body.id)).toMatchObject({ status: "done" });
    const shown = (await showJob(running.url, body.id)) as unknown as { results: { httpResponse: { body: string } }[] };
    expect(shown.results.map(({ httpResponse }) => httpResponse.body.length)).toEqual(Array(5).fill(length + 2));
  });
});
