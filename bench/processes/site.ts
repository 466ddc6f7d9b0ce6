import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
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

/** A further workflow like the one that is measured, which calls another service. */
export interface OtherWorkflow {
  readonly name: string;
  readonly port: number;
}

export async function openSite(
  receiverPort: number,
  settings: Settings,
  others: readonly OtherWorkflow[] = [],
): Promise<Site> {
  if (!existsSync(entry)) throw new Error("dist/ is not there: npm run build");
  const folder = await mkdtemp(join(tmpdir(), "workflows-bench-"));
  const workflows = join(folder, "workflows");
  await mkdir(workflows);
  for (const { name, port } of [{ name: "bench", port: receiverPort }, ...others])
    await writeFile(join(workflows, `${name}.json`), JSON.stringify(definitionOf(name, port)));
  const configPath = join(folder, "config.yaml");
  const config = { listen: "127.0.0.1:0", workflows_path: workflows, ...settings };
  await writeFile(configPath, JSON.stringify(config));
  return { configPath, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

function definitionOf(name: string, port: number): object {
  const http = {
    uri: `http://127.0.0.1:${port}/calls/\${workflow.input.n}`,
    method: "POST",
    payload: '{"n":${workflow.input.n}}',
    contentType: "application/json",
  };
  return { name, version: 1, inputParameters: ["n"], tasks: [{ name: "call", type: "http", http }] };
}
