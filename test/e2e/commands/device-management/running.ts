import { join } from "node:path";
import { eventually } from "../../../support/eventually.ts";
import { checkout } from "../../../support/product/checkout.ts";
import { showJob, startJob } from "../../../support/workflows-api.ts";
import { service } from "../service.ts";
import type { Site } from "../site.ts";

/** What `GET /api/v1/jobs/:id` tells of a task that ended. */
export interface ShownResult {
  readonly name: string;
  readonly success: boolean;
  readonly skipped: boolean;
  readonly error?: { readonly code: string; readonly message: string };
}

export interface Ended {
  readonly status: "done" | "failed";
  readonly results: readonly ShownResult[];
  /** The whole answer, as text. */
  readonly text: string;
}

export interface Product extends Disposable {
  /** Starts a job over the API and waits for its end. */
  run(workflow: string, input: Parameters<typeof startJob>[2]): Promise<Ended>;
}

export const exampleFolder = join(checkout, "examples", "device-management");

/** A server and a worker, processes of their own, around one store, with the configuration of the examples. */
export async function startProduct(
  site: Site,
  definitions: string,
  env: Readonly<Record<string, string>>,
): Promise<Product> {
  using parts = new DisposableStack();
  const config = ["-config", join(exampleFolder, "config.yaml")];
  const settings = { ...env, WORKFLOWS_WORKFLOWS_PATH: definitions, WORKFLOWS_KEEP_EPHEMERAL: "true" };
  const server = parts.use(await service([...config, "server", "--automigrate"], site, settings));
  parts.use(await service([...config, "worker", "--automigrate"], site, settings));
  const kept = parts.move();
  return {
    async run(workflow, input) {
      const { status, body } = await startJob(server.url, workflow, input);
      if (status !== 201) throw new Error(`the start was answered ${status}: ${JSON.stringify(body)}`);
      return eventually(`${workflow} ends`, async () => {
        const job = (await showJob(server.url, body.id)) as unknown as Ended;
        return job.status === "done" || job.status === "failed" ? { ...job, text: JSON.stringify(job) } : undefined;
      });
    },
    [Symbol.dispose]: () => kept.dispose(),
  };
}
