import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { needsNatsServer } from "../../support/nats/announced-program.ts";
import { startNatsServer } from "../../support/nats/nats-server.ts";
import { streamsOf } from "../../support/nats/streams.ts";
import { startJob } from "../../support/workflows-api.ts";
import { command } from "./command.ts";
import { service } from "./service.ts";
import { commandSite, type Site } from "./site.ts";

needsNatsServer();

const definition = {
  name: "device_accepted",
  inputParameters: ["tenant_id", "device", "token"],
  tasks: [
    {
      name: "tell",
      type: "nats",
      nats: {
        subject: "inventory.${workflow.input.tenant_id}",
        data: { device: "${workflow.input.device}", by: "${workflow.input.token}" },
      },
    },
    { name: "log", type: "nats", nats: { subject: "log", data: "message ${tell.json.seq} in ${tell.json.stream}" } },
  ],
  secretParameters: ["token"],
};

async function siteWith(document: object): Promise<Site> {
  const site = await commandSite();
  await mkdir(join(site.path, "flows"));
  await writeFile(join(site.path, "flows", "flow.json"), JSON.stringify(document));
  return site;
}

interface Shown {
  readonly status: string;
  readonly results: readonly object[];
}

async function ended(url: string, id: string): Promise<Shown> {
  return eventually("the job ends", async () => {
    const job = (await (await fetch(`${url}/api/v1/jobs/${id}`)).json()) as Shown;
    return (job.status === "done" || job.status === "failed") && job;
  });
}

test("a workflow publishes what its input and its tasks bring, and shows what the stream said", async () => {
  const config = "authorization { user: me, password: hunter2-nats }";
  await using server = await startNatsServer({ config });
  const streams = streamsOf(server, { user: "me", pass: "hunter2-nats" });
  await streams.make("ALL", ["inventory.*", "log"]);
  await using site = await siteWith(definition);
  const env = { WORKFLOWS_WORKFLOWS_PATH: "flows", WORKFLOWS_NATS_URI: `nats://me:hunter2-nats@${server.address}` };
  using running = await service(["standalone"], site, env);
  const input = { tenant_id: "acme", device: { id: 7, tags: ["a"] }, token: "hunter2-token" };
  const { body } = await startJob(running.url, "device_accepted", input);
  const job = await ended(running.url, body.id);
  expect(job).toMatchObject({
    status: "done",
    results: [
      {
        name: "tell",
        type: "nats",
        success: true,
        nats: {
          error: "",
          subject: "inventory.acme",
          data: '{"device":{"id":7,"tags":["a"]},"by":"***"}',
          stream: "ALL",
          seq: 1,
          duplicate: false,
        },
      },
      { name: "log", nats: { error: "", seq: 2 } },
    ],
  });
  expect((await streams.messages("ALL")).map(({ subject, data }) => [subject, data])).toEqual([
    ["inventory.acme", { device: { id: 7, tags: ["a"] }, by: "hunter2-token" }],
    ["log", "message 1 in ALL"],
  ]);
  expect(
    running
      .lines()
      .map((line) => JSON.stringify(line))
      .join("\n"),
  ).not.toContain("hunter2");
});

test("a job whose subject no stream takes fails and says so, and a retry publishes once there is one", async () => {
  await using server = await startNatsServer();
  const streams = streamsOf(server);
  await using site = await siteWith({ ...definition, secretParameters: [] });
  const env = { WORKFLOWS_WORKFLOWS_PATH: "flows", WORKFLOWS_NATS_URI: server.address };
  using running = await service(["standalone"], site, env);
  const { body } = await startJob(running.url, "device_accepted", { tenant_id: "acme", device: 1, token: "t" });
  const error = expect.stringContaining('takes the subject "inventory.acme"') as string;
  expect(await ended(running.url, body.id)).toMatchObject({
    status: "failed",
    results: [{ success: false, error: { code: "no_stream" }, nats: { error, subject: "inventory.acme" } }],
  });
  await streams.make("ALL", ["inventory.*", "log"]);
  await fetch(`${running.url}/api/v1/jobs/${body.id}/retry`, { method: "POST" });
  expect(await ended(running.url, body.id)).toMatchObject({ status: "done" });
  expect(await streams.count("ALL")).toBe(2);
});

test("without a server in the configuration a definition that publishes is refused, with the line to add", async () => {
  await using site = await siteWith(definition);
  const { code, stderr } = await command(["validate", "flows"], { cwd: site.path });
  expect(code).toBe(2);
  expect(stderr).toContain("/tasks/0/nats");
  expect(stderr).toContain("nats_uri");
});
