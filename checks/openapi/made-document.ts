import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp } from "../../src/api/app.ts";
import { defaultApiSettings } from "../../src/api/settings.ts";
import { tokenHash } from "../../src/api/tokens.ts";
import { packageInfo } from "../../src/compose/package-info.ts";
import { Catalog } from "../../src/jobs/catalog.ts";
import { defaultLimits } from "../../src/model/decision/moment.ts";
import { InProcessNotifier } from "../../src/notifier/in-process.ts";
import { openSqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import { taskKinds } from "../../src/tasks/registry.ts";
import { envAllowList } from "../../src/template/env-allow-list.ts";

/** The description of the API as a server with tokens gives it, which shows who may do what. */
export async function madeDocument(): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), "workflows-openapi-"));
  const store = await openSqliteStore({ path: join(folder, "workflows.db"), migrate: true });
  const ignore = (): void => undefined;
  const thrown: unknown[] = [];
  const app = createApp({
    deps: {
      store,
      notifier: new InProcessNotifier(),
      catalog: new Catalog(store.definitions),
      ephemeral: { keep: false, idempotencyWindowMs: 0 },
      moment: () => ({ nowMs: Date.now(), random: 0, limits: defaultLimits }),
    },
    settings: { ...defaultApiSettings, tokens: [{ name: "any", role: "admin", hash: tokenHash("any") }] },
    logger: { info: ignore, warn: ignore, error: ({ err }: { readonly err?: unknown }) => void thrown.push(err) },
    compileOptions: { kinds: taskKinds([]), envAllowed: envAllowList([]) },
    version: packageInfo().version,
  });
  try {
    const { payload, statusCode } = await app.inject({ url: "/api/v1/openapi.json", headers: { host: "localhost" } });
    if (statusCode !== 200) throw new Error(`The description could not be made: ${thrown.join("\n")}`);
    return JSON.parse(payload) as unknown;
  } finally {
    await app.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}
