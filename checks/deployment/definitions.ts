import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { configuredKinds } from "../../src/compose/task-kinds.ts";
import { defaultConfig } from "../../src/config/config.ts";
import { formatProblems } from "../../src/definitions/format-problems.ts";
import { loadDefinitions } from "../../src/definitions/load.ts";
import { envAllowList } from "../../src/template/env-allow-list.ts";

/** What is wrong with workflow definitions that stand inside another file, by name. */
export async function definitionProblems(texts: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "workflows-definitions-"));
  try {
    for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text);
    const kinds = configuredKinds(defaultConfig).kinds;
    const { definitions, problems } = await loadDefinitions([folder], {
      kinds,
      envAllowed: envAllowList(defaultConfig.envAllowed),
    });
    if (problems.length > 0) return [formatProblems(problems).replaceAll(`${folder}/`, "")];
    return definitions.length === 0 ? ["no workflow is defined where one should be"] : [];
  } finally {
    await rm(folder, { recursive: true });
  }
}
