import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startReceiver } from "../../support/receiver/receiver.ts";
import { command, type Ended } from "./command.ts";
import { type Service, service } from "./service.ts";
import { commandSite } from "./site.ts";

interface Running extends AsyncDisposable {
  readonly standalone: Service;
  readonly client: (...args: readonly string[]) => Promise<Ended>;
}

/** A standalone process with two ephemeral workflows, of which one fails. */
async function running(env: Readonly<Record<string, string>> = {}): Promise<Running> {
  const parts = new AsyncDisposableStack();
  const site = parts.use(await commandSite());
  const receiver = parts.use(await startReceiver(join(site.path, "receiver")));
  const folder = join(site.path, "workflows");
  await mkdir(folder);
  for (const [name, address] of Object.entries({ passing: receiver.address, lasting: "127.0.0.1:2" })) {
    const tasks = [{ name: "call", type: "http", http: { uri: `http://${address}/`, method: "PUT" } }];
    await writeFile(join(folder, `${name}.json`), JSON.stringify({ name, ephemeral: true, tasks }));
  }
  const standalone = parts.use(await service(["standalone", "--workflows-path", folder], site, env));
  return {
    standalone,
    client: (...args) => command(args, { env: { WORKFLOWS_SERVER: standalone.url } }),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

test("run --wait of an ephemeral workflow says that the job completed and was removed; a failed one is kept and shown", async () => {
  await using at = await running();
  const { code, stdout } = await at.client("run", "passing", "--wait");
  const [, id = ""] = /^passing {2}([0-9a-f]{24}) {2}completed, and was removed/.exec(stdout) ?? [];
  expect([code, stdout]).toEqual([0, expect.stringContaining("the workflow is ephemeral")]);
  expect(await at.client("jobs", "show", id)).toMatchObject({ code: 4, stderr: expect.stringContaining("not found") });
  const told = await at.client("run", "passing", "--wait", "--json");
  expect(JSON.parse(told.stdout)).toMatchObject({ name: "passing", status: "done", removed: true });
  const failed = await at.client("run", "lasting", "--wait");
  expect([failed.code, failed.stdout]).toEqual([5, expect.stringMatching(/^lasting version 1 .* failed after /)]);
  expect((await at.client("jobs", "list")).stdout).not.toContain("passing");
  expect(at.standalone.lines().filter(({ msg, job }) => msg === "job completed" && job === id)).toHaveLength(1);
});

test("keep_ephemeral keeps what completed", async () => {
  await using at = await running({ WORKFLOWS_KEEP_EPHEMERAL: "true" });
  const { code, stdout } = await at.client("run", "passing", "--wait");
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^passing version 1 .* completed after /)]);
});
