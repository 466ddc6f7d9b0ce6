import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { StreamEvent } from "../../../../src/client/event-stream.ts";
import { eventually } from "../../../support/eventually.ts";
import { openEvents } from "../../../support/watch/event-source.ts";
import { service } from "../../commands/service.ts";
import { commandSite } from "../../commands/site.ts";
import { post } from "../http-client.ts";

const watchers = 200;
const tasks = 4;

/** Answers calls: those of the first tasks when it is opened, all others when it is opened wide. */
async function gatedService() {
  const [opened, wide] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const server = createServer((request, response) => {
    request.resume();
    const gate = request.url === "/0" ? opened : wide;
    void gate.promise.then(() => response.end("{}"));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { port, open: opened.resolve, openWide: wide.resolve, [Symbol.dispose]: close };
}

test("a server is killed while 200 clients watch a job each: at another one each goes on, and sees every event in order, none twice", async () => {
  await using site = await commandSite();
  using called = await gatedService();
  const folder = join(site.path, "workflows");
  await mkdir(folder);
  const http = (index: number) => ({ uri: `http://127.0.0.1:${called.port}/${index}`, method: "GET" });
  const definition = {
    name: "watched",
    version: 1,
    tasks: Array.from({ length: tasks }, (_, index) => ({ name: `task ${index}`, type: "http", http: http(index) })),
  };
  await writeFile(join(folder, "watched.json"), JSON.stringify(definition));
  const start = (role: string) => service([role, "--automigrate", "--workflows-path", folder], site);
  using first = await start("server");
  const [second, worker] = await Promise.all([start("server"), start("worker")]);
  using parts = new DisposableStack();
  for (const part of [second, worker]) parts.use(part);
  const inputs = Array.from({ length: watchers }, () => ({}));
  const started = (await post(`${second.url}/api/v1/workflow/watched/batch`, inputs)).json as { id: string }[];
  expect(started).toHaveLength(watchers);

  let seen = 0;
  let cut = 0;
  /** All that a client gets that goes on elsewhere when its server is gone. */
  async function watch(id: string): Promise<StreamEvent[]> {
    const events: StreamEvent[] = [];
    for (const { url } of [first, second, second]) {
      const stream = await openEvents(`${url}/api/v1/jobs/${id}/events`, events.at(-1)?.id);
      for (let event = await stream.next(); event !== undefined; event = await stream.next()) {
        events.push(event);
        seen++;
      }
      if (events.at(-1)?.type === "end") return events;
      cut++;
    }
    throw new Error(`The stream of ${id} ended twice before its job did`);
  }
  const watching = Promise.all(started.map(({ id }) => watch(id)));
  watching.catch(() => undefined); // where the test fails before it looks
  await eventually("everybody has seen the start of a job", () => seen >= watchers);
  called.open();
  await eventually("tasks end", () => seen >= watchers * 1.25);
  first.kill("SIGKILL");
  called.openWide();
  const all = await watching;
  expect(cut, "all were cut off in the middle").toBe(watchers);
  for (const [index, events] of all.entries()) {
    const id = started[index]?.id ?? "";
    const whole = await (await openEvents(`${second.url}/api/v1/jobs/${id}/events`)).rest();
    expect(events).toEqual(whole);
    expect(events.map(({ type }) => type)).toEqual([
      "job_started",
      ...Array.from({ length: tasks }, () => "task_completed"),
      "job_completed",
      "end",
    ]);
  }
});
