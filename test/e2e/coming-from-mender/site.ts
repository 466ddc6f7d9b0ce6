import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eventually } from "../../support/eventually.ts";
import { onTestFinished } from "../../support/on-test-finished.ts";
import { type ShownJob, showJob } from "../../support/workflows-api.ts";
import { type Service, service } from "../commands/service.ts";
import { commandSite, type Site } from "../commands/site.ts";

/** A site as one of Mender's service: a store, a folder of definitions, and processes around them. */
export interface MenderSite {
  readonly site: Site;
  /** Starts a process of the real product; it ends with the test. */
  start(command: "standalone" | "server" | "worker", env?: Readonly<Record<string, string>>): Promise<Service>;
}

/** Looks often, so that nothing waits for a look of a second. */
const lively = { WORKFLOWS_POLL: "100ms", WORKFLOWS_SWEEP: "100ms" };

/** An empty store, and the definitions in files. All of it goes with the test. */
export async function menderSite(...definitions: readonly { readonly name: string }[]): Promise<MenderSite> {
  const site = await commandSite();
  onTestFinished(() => site[Symbol.asyncDispose]());
  const folder = join(site.path, "workflows");
  await mkdir(folder);
  for (const definition of definitions)
    await writeFile(join(folder, `${definition.name}.json`), JSON.stringify(definition));
  return {
    site,
    async start(command, env = {}) {
      const running = await service([command, "--workflows-path", folder], site, { ...lively, ...env });
      onTestFinished(async () => {
        running.kill("SIGKILL");
        await running.exited;
      });
      return running;
    },
  };
}

/** How a job stands when it has ended. */
export function ended(url: string, id: string): Promise<ShownJob> {
  return eventually(`job ${id} has ended`, async () => {
    const job = await showJob(url, id);
    return (job.status === "done" || job.status === "failed") && job;
  });
}
