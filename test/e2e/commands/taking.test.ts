import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { startReceiver } from "../../support/receiver/receiver.ts";
import { send } from "../api/http-client.ts";
import { command } from "./command.ts";
import { type Service, service } from "./service.ts";
import { commandSite, type Site } from "./site.ts";

interface Running extends AsyncDisposable {
  readonly site: Site;
  readonly server: Service;
}

const topics = { mail: undefined, report: "reports", index: "reports" } as const;

/** A server alone, with workflows of two topics. */
async function running(): Promise<Running> {
  const parts = new AsyncDisposableStack();
  const site = parts.use(await commandSite());
  const receiver = parts.use(await startReceiver(join(site.path, "receiver")));
  const folder = join(site.path, "workflows");
  await mkdir(folder);
  for (const [name, topic] of Object.entries(topics)) {
    const tasks = [{ name: "call", type: "http", http: { uri: `http://${receiver.address}/${name}`, method: "PUT" } }];
    await writeFile(join(folder, `${name}.json`), JSON.stringify({ name, topic, tasks }));
  }
  const server = parts.use(await service(["server", "--workflows-path", folder], site));
  return { site, server, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

async function start({ server }: Running, name: string): Promise<string> {
  const answer = await send(`${server.url}/api/v1/workflow/${name}`, { method: "POST", body: "{}" });
  return (answer.json as { id: string }).id;
}

async function statusOf({ server }: Running, id: string): Promise<unknown> {
  return ((await send(`${server.url}/api/v1/jobs/${id}`)).json as { status: unknown }).status;
}

async function done(at: Running, id: string): Promise<void> {
  await eventually("the job is done", async () => (await statusOf(at, id)) === "done");
}

test("workers run the topics and workflows that they are told to, by flag or environment; a worker that is told nothing the usual topic", async () => {
  await using at = await running();
  using usual = await service(["worker"], at.site);
  const registered = usual.lines().find(({ msg }) => msg === "worker registered");
  expect(registered).toMatchObject({ topics: ["default"] });
  const [mail, report, index] = [await start(at, "mail"), await start(at, "report"), await start(at, "index")];
  await done(at, mail);
  expect([await statusOf(at, report), await statusOf(at, index)]).toEqual(["pending", "pending"]);
  expect((await send(`${at.server.url}/api/v1/jobs/${report}`)).json).toMatchObject({ topic: "reports" });
  using indexer = await service(["worker", "--workflows", "mail,index,raport"], at.site, {
    WORKFLOWS_TOPICS: "reports",
  });
  await done(at, index);
  const unknown = indexer.lines().filter(({ msg }) => String(msg).startsWith("no definition of this name is known"));
  expect(unknown).toMatchObject([{ level: "warn", setting: "workflows", workflow: "raport", didYouMean: "report" }]);
  expect(await statusOf(at, report)).toBe("pending");
  using all = await service(["worker", "--topics", "*", "-excluded-workflows", "mail, index"], at.site);
  await done(at, report);
  for (const name of ["mail", "report", "index"]) await done(at, await start(at, name));
  expect(
    indexer
      .lines()
      .concat(all.lines())
      .filter(({ level }) => level === "error"),
  ).toEqual([]);
});

test("a standalone process runs every topic", async () => {
  await using at = await running();
  using standalone = await service(["standalone"], at.site);
  const id = (await (
    await fetch(`${standalone.url}/api/v1/workflow/report`, { method: "POST", body: "{}" })
  ).json()) as {
    id: string;
  };
  await done(at, id.id);
});

test("a topic that is none, and an empty list of topics, are refused with the line of the mistake", async () => {
  await using at = await running();
  const empty = await command(["worker"], { cwd: at.site.path, env: { ...at.site.env, WORKFLOWS_TOPICS: " " } });
  expect(empty).toMatchObject({ code: 2, stderr: expect.stringContaining("must be a list of topics, or * for all") });
});
