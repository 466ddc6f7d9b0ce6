import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { newToken } from "../../src/api/tokens.ts";
import { tempFolder } from "../../test/support/temp-folder.ts";
import { showJob, startJob } from "../../test/support/workflows-api.ts";
import { startWorkflows, type WorkflowsProcess, writeConfig } from "../../test/support/workflows-process.ts";

/** A standalone with workflows and jobs in several states. */
export interface Site extends AsyncDisposable {
  readonly workflows: WorkflowsProcess;
  readonly folder: string;
  /** Of role admin; undefined where none is needed. */
  readonly token: string | undefined;
  readonly jobIds: readonly string[];
}

/** Names of workflows that the examples of the description use, or that every mistake of a client may be tried on. */
const workflows = [
  { name: "greet", version: 1, searchable: ["name"], inputParameters: ["name"], tasks: [task("call", "/fine")] },
  { name: "greet", version: 2, inputParameters: [], optionalParameters: ["name"], tasks: [task("call", "/fine")] },
  { name: "broken", version: 1, inputParameters: [], tasks: [task("call", "/broken")] },
];

function task(name: string, path: string): object {
  return { name, type: "http", retries: 0, http: { uri: `http://127.0.0.1:PORT${path}`, method: "GET" } };
}

/** Starts one, which runs until it is disposed of. */
export async function startSite({ withToken }: { readonly withToken: boolean }): Promise<Site> {
  const parts = new AsyncDisposableStack();
  try {
    const { path: folder } = parts.use(await tempFolder());
    const called = createServer((request, response) => {
      response.writeHead(request.url === "/broken" ? 500 : 200).end("{}");
    });
    called.listen(0, "127.0.0.1");
    parts.defer(() => void called.close());
    await once(called, "listening");
    const { port } = called.address() as AddressInfo;
    await mkdir(join(folder, "workflows"));
    for (const [index, workflow] of workflows.entries())
      await writeFile(
        join(folder, "workflows", `${index}.json`),
        JSON.stringify(workflow).replaceAll("PORT", String(port)),
      );
    const { token, hash } = newToken();
    const configPath = await writeConfig(folder, {
      listen: "127.0.0.1:0",
      sqlite_path: join(folder, "workflows.db"),
      workflows_path: join(folder, "workflows"),
      ...(withToken && { api_tokens: [{ name: "check", role: "admin", hash }] }),
    });
    const running = parts.use(await startWorkflows("standalone", { configPath }));
    const jobIds = withToken ? [] : await someJobs(running.url);
    const all = parts.move();
    return {
      workflows: running,
      folder,
      token: withToken ? token : undefined,
      jobIds,
      [Symbol.asyncDispose]: () => all.disposeAsync(),
    };
  } catch (error) {
    await parts.disposeAsync();
    throw error;
  }
}

async function someJobs(url: string): Promise<string[]> {
  const answers = [
    ...(await Promise.all(["greet", "broken", "greet", "broken"].map((name) => startJob(url, name, { name: "Ada" })))),
    await startJob(url, "greet?after=3600", { name: "later" }),
  ];
  const ids = answers.map(({ body }) => body.id);
  await Promise.all(ids.map((id) => showJob(url, id)));
  return ids;
}
