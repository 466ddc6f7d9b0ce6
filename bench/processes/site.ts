import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The built package, as an installed one runs. */
export const entry = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

/** Configuration of the product by its keys. */
export type Settings = Readonly<Record<string, string>>;

/** A folder with a definition of one HTTP task and a configuration that is the default but for where things are. */
export interface Site extends AsyncDisposable {
  readonly configPath: string;
}

export async function openSite(receiverPort: number, settings: Settings): Promise<Site> {
  if (!existsSync(entry)) throw new Error("dist/ is not there: npm run build");
  const folder = await mkdtemp(join(tmpdir(), "workflows-bench-"));
  const http = {
    uri: `http://127.0.0.1:${receiverPort}/calls/\${workflow.input.n}`,
    method: "POST",
    payload: '{"n":${workflow.input.n}}',
    contentType: "application/json",
  };
  const definition = {
    name: "bench",
    version: 1,
    inputParameters: ["n"],
    tasks: [{ name: "call", type: "http", http }],
  };
  await writeFile(join(folder, "bench.json"), JSON.stringify(definition));
  const configPath = join(folder, "config.yaml");
  const config = { listen: "127.0.0.1:0", workflows_path: join(folder, "bench.json"), ...settings };
  await writeFile(configPath, JSON.stringify(config));
  return { configPath, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
