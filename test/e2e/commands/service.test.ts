import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { startReceiver } from "../../support/receiver/receiver.ts";
import { command } from "./command.ts";
import { service } from "./service.ts";
import { commandSite } from "./site.ts";

test.concurrent.for([
  [["standalone"], "standalone"],
  [["server"], "server"],
  [[], "server"],
  [["worker", "--automigrate"], "worker"],
  [["-automigrate", "server"], "server"],
] as const)("%j says when it is ready, and ends with 0 on SIGTERM", async ([args, name], { expect }) => {
  await using site = await commandSite();
  using running = await service(args, site);
  expect(running.ready).toMatchObject({
    level: "info",
    service: name,
    store: expect.stringContaining(site.storeShown),
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    pid: expect.any(Number),
  });
  if (name === "worker") {
    expect(running.ready).not.toHaveProperty("address");
  } else {
    const response = await fetch(`${running.url}/status`);
    expect(await response.json()).toEqual({ status: "ok" });
  }
  running.kill("SIGTERM");
  expect(await running.exited).toEqual([0, null]);
  expect(running.lines().at(-1)).toMatchObject({ msg: "stopped" });
});

test.concurrent("SIGINT stops in good order too, and a signal that comes twice at once is one request", async ({
  expect,
}) => {
  await using site = await commandSite();
  using running = await service(["standalone"], site);
  running.kill("SIGINT");
  running.kill("SIGTERM");
  expect(await running.exited).toEqual([0, null]);
});

test.concurrent("two processes share one store", async ({ expect }) => {
  await using site = await commandSite();
  using server = await service(["server"], site);
  using worker = await service(["worker"], site);
  expect(server.ready["store"]).toBe(worker.ready["store"]);
});

test.concurrent("an address that is taken is named, with exit code 1", async ({ expect }) => {
  await using site = await commandSite();
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const listen = `127.0.0.1:${(other.address() as AddressInfo).port}`;
  const { code, stderr } = await command(["standalone", "--listen", listen], { cwd: site.path, env: site.env });
  other.close();
  expect(stderr).toContain(listen);
  expect(stderr).not.toMatch(/^ +at /m);
  expect(code).toBe(1);
});

test.concurrent("nothing starts on an address that others can reach, and nothing is stored", async ({ expect }) => {
  await using site = await commandSite();
  const { code, stdout, stderr } = await command(["standalone", "--listen", "0.0.0.0:0"], {
    cwd: site.path,
    env: site.env,
  });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain('add the line "allow_unauthenticated: true"');
});

test.concurrent("migrate brings the store up to date and ends", async ({ expect }) => {
  await using site = await commandSite();
  const args = ["migrate", "--json", "--log-level", "error"];
  const { code, stdout, stderr } = await command(args, { cwd: site.path, env: site.env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.parse(stdout)).toEqual({ store: expect.stringContaining(site.storeShown), migrated: true });
});

test.concurrent("a definition that was changed without a new version is in the log", async ({ expect }) => {
  await using site = await commandSite();
  const file = join(site.path, "w.json");
  const start = async (method: string) => {
    const tasks = [{ name: "call", type: "http", http: { uri: "http://127.0.0.1:2/", method } }];
    await writeFile(file, JSON.stringify({ name: "sample", version: 1, tasks }));
    using running = await service(["standalone", "--workflows-path", file], site);
    running.kill("SIGTERM");
    await running.exited;
    return running.lines().filter(({ level, workflow }) => level === "warn" && workflow !== undefined);
  };
  expect(await start("PUT")).toEqual([]);
  expect(await start("PUT")).toEqual([]);
  expect(await start("POST")).toMatchObject([
    { workflow: "sample", msg: expect.stringContaining("unchanged version") },
  ]);
});

test.concurrent("warnings of the configuration are in the log", async ({ expect }) => {
  await using site = await commandSite();
  using running = await service(["standalone"], site, { WORKFLOWS_CONCURENCY: "5" });
  expect(running.lines()).toContainEqual(
    expect.objectContaining({ level: "warn", msg: expect.stringContaining("did you mean WORKFLOWS_CONCURRENCY?") }),
  );
});

test.concurrent("a second request to stop ends the process at once", async ({ expect }) => {
  await using site = await commandSite();
  await using receiver = await startReceiver(join(site.path, "calls"), { delayMs: [60_000, 60_000] });
  await writeFile(join(site.path, "slow.json"), JSON.stringify(slow(receiver.address)));
  using running = await service(["standalone", "--workflows-path", "slow.json"], site);
  await fetch(`${running.url}/api/v1/workflow/slow`, { method: "POST", body: "{}" });
  await eventually("the call is open", () => running.lines().some(({ msg }) => msg === "job started"));
  running.kill("SIGTERM");
  await eventually("it is stopping", () => running.lines().some(({ msg }) => msg === "stopping"));
  let ended = false;
  const exited = running.exited.then((exit) => {
    ended = true;
    return exit;
  });
  await eventually("it ends", () => {
    running.kill("SIGINT");
    return ended;
  });
  expect(await exited).toEqual([130, null]);
});

test.concurrent("clients that do not take their answer, or do not end their request, keep no server from its end", async ({
  expect,
}) => {
  await using site = await commandSite();
  const tasks = [{ name: "call", type: "http", http: { uri: "http://127.0.0.1:2/" } }];
  await writeFile(join(site.path, "w.json"), JSON.stringify({ name: "sample", tasks }));
  const env = { WORKFLOWS_MAX_INPUT_BYTES: "14MiB", WORKFLOWS_MAX_JOB_BYTES: "64MiB", WORKFLOWS_GRACE: "0s" };
  using running = await service(["server", "--workflows-path", "w.json"], site, env);
  const body = JSON.stringify({ text: "x".repeat(12 * 1024 * 1024) }); // more than the two sockets hold
  const started = await fetch(`${running.url}/api/v1/workflow/sample`, { method: "POST", body });
  const { id } = (await started.json()) as { id: string };
  const { hostname, port } = new URL(running.url);
  const reading = connect(Number(port), hostname);
  reading.write(`GET /api/v1/jobs/${id} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
  const sending = connect(Number(port), hostname);
  sending.write(`POST /api/v1/workflow/sample HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: 9\r\n\r\n{`);
  for (const socket of [reading, sending]) socket.on("error", () => undefined);
  await once(reading, "readable"); // the answer has begun, and nobody reads it
  running.kill("SIGTERM");
  expect(await running.exited).toEqual([0, null]);
  expect(running.lines().at(-1)).toMatchObject({ msg: "stopped" });
});

function slow(address: string) {
  const http = { uri: `http://${address}/`, method: "GET", readTimeOut: 60_000 };
  return { name: "slow", version: 1, tasks: [{ name: "call", type: "http", http }] };
}
