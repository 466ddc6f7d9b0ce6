import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { type Service, service } from "./service.ts";
import { commandSite } from "./site.ts";

/** A service that the jobs call: paths of the calls that came. */
async function called(): Promise<{ readonly url: string; readonly paths: string[] }> {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? "");
    response.end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paths };
}

function definition(target: string, version: number): object {
  const http = { uri: `${target}/v${version}/\${workflow.input.name}`, method: "GET" };
  return {
    name: "posted",
    version,
    inputParameters: ["name"],
    tasks: [{ name: "call", type: "http", retries: 3, http }],
  };
}

async function postTo(
  server: Service,
  path: string,
  body: object,
  headers = {},
): Promise<{ status: number; json: unknown }> {
  const response = await fetch(server.url + path, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: response.status, json: await response.json() };
}

async function add(server: Service, document: object): Promise<number> {
  return (await postTo(server, "/api/v1/metadata/workflows", document)).status;
}

/** Starts a job and waits for its end; answers the version that it ran. */
async function run(server: Service, name: string, minVersion?: number): Promise<number> {
  const headers = minVersion === undefined ? {} : { "x-workflows-min-version": String(minVersion) };
  const { status, json } = await postTo(server, "/api/v1/workflow/posted", { name }, headers);
  expect(status).toBe(201);
  const { id } = json as { id: string };
  const job = await eventually("the job is done", async () => {
    const shown = (await (await fetch(`${server.url}/api/v1/jobs/${id}`)).json()) as {
      status: string;
      version: number;
    };
    return shown.status === "done" && shown;
  });
  return job.version;
}

test("definitions that are posted to one server reach every server and worker, and outlive them all", async () => {
  await using site = await commandSite();
  const { url, paths } = await called();
  {
    using one = await service(["server"], site);
    using two = await service(["server"], site);
    using worker = await service(["worker"], site);
    expect(await add(one, definition(url, 1))).toBe(201);
    expect(await run(two, "at-once"), "a name that the other server has not heard of").toBe(1);
    expect(await add(two, definition(url, 2))).toBe(201);
    expect(await run(one, "asked", 2), "a version that the other server has not heard of").toBe(2);
    expect(await add(one, definition(url, 3))).toBe(201);
    await eventually("the other server starts the new version by itself", async () => (await run(two, "heard")) === 3);
    expect(paths.slice(0, 2)).toEqual(["/v1/at-once", "/v2/asked"]);
    expect(paths).toContain("/v3/heard");
    for (const version of [4, 5, 6]) {
      const answers = await Promise.all([one, two].map((server) => add(server, definition(url, version))));
      expect(
        answers.toSorted((a, b) => a - b),
        "of two servers that are given the same, one takes it",
      ).toEqual([201, 409]);
    }
    for (const { kill } of [one, two, worker]) kill("SIGTERM");
    await Promise.all([one, two, worker].map(({ exited }) => exited));
  }
  const file = join(site.path, "posted.json");
  for (const [inFolder, runs] of [
    [3, 6],
    [7, 7],
  ] as const) {
    await writeFile(file, JSON.stringify(definition(url, inFolder)));
    using again = await service(["standalone", "--workflows-path", file], site);
    expect(await run(again, "again"), `with version ${inFolder} in the folder`).toBe(runs);
    again.kill("SIGTERM");
    await again.exited;
  }
});

test("of a folder with several versions the highest is started, and a restart may ask for any", async () => {
  await using site = await commandSite();
  const { url, paths } = await called();
  for (const version of [1, 3, 2])
    await writeFile(join(site.path, `${version}.json`), JSON.stringify(definition(url, version)));
  using running = await service(["standalone", "--workflows-path", site.path], site);
  const { json } = await postTo(running, "/api/v1/workflow/posted", { name: "Ada" });
  const { id } = json as { id: string };
  const done = (): Promise<number> =>
    eventually("the job is done", async () => {
      const shown = (await (await fetch(`${running.url}/api/v1/jobs/${id}`)).json()) as {
        status: string;
        version: number;
      };
      return shown.status === "done" && shown.version;
    });
  expect(await done()).toBe(3);
  expect((await postTo(running, `/api/v1/jobs/${id}/restart`, { version: 1 })).status).toBe(200);
  expect(await done()).toBe(1);
  expect(paths).toEqual(["/v3/Ada", "/v1/Ada"]);
  running.kill("SIGTERM");
  await running.exited;
});
