import { newToken } from "../../../../src/api/tokens.ts";
import { settingsOf } from "../../../support/store/store-place.ts";
import { startWorkflows, type WorkflowsProcess, writeConfig } from "../../../support/workflows-process.ts";
import { commandSite } from "../../commands/site.ts";
import { definitions } from "./scenarios.ts";

export interface SceneServer extends AsyncDisposable {
  readonly url: string;
  readonly token: string;
}

/** The real product with one worker, with tokens, and with the definitions of the scenarios. */
export async function sceneServer(more: Readonly<Record<string, unknown>> = {}): Promise<SceneServer> {
  const parts = new AsyncDisposableStack();
  const site = parts.use(await commandSite());
  const { token, hash } = newToken();
  const configPath = await writeConfig(site.path, {
    ...settingsOf(site.place),
    listen: "127.0.0.1:0",
    api_tokens: [{ name: "scene", role: "admin", hash }],
    ...more,
  });
  const server: WorkflowsProcess = parts.use(await startWorkflows("standalone", { configPath }));
  for (const definition of Object.values(definitions)) {
    const body = JSON.stringify(definition).replaceAll("URL", server.url);
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const answer = await fetch(`${server.url}/api/v1/metadata/workflows`, { method: "POST", headers, body });
    if (answer.status !== 201)
      throw new Error(`${definition.name} is answered ${answer.status}: ${await answer.text()}`);
  }
  return { url: server.url, token, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}
