import { configuredKinds } from "../../compose/task-kinds.ts";
import { formatProblems } from "../../definitions/format-problems.ts";
import { loadDefinitions } from "../../definitions/load.ts";
import { envAllowList } from "../../template/env-allow-list.ts";
import { type Globals, loadFor } from "../globals.ts";
import { note, print, printable, printJson } from "../terminal.ts";

/** Checks definitions and prints everything that is wrong in them; 2 where anything is. */
export async function validate(paths: readonly string[], globals: Globals): Promise<number> {
  const { config, warnings } = await loadFor(globals, false);
  for (const warning of warnings) note(`warning: ${warning}`);
  const envAllowed = envAllowList(config.envAllowed);
  const { definitions, problems } = await loadDefinitions(paths, { kinds: configuredKinds(config).kinds, envAllowed });
  const valid = !problems.some(({ severity }) => severity === "error");
  if (globals.json === true) {
    const workflows = definitions.map(({ file, workflow: { name, version, digest } }) => ({
      name,
      version,
      digest,
      file,
    }));
    printJson({ valid, workflows, problems });
  } else {
    if (problems.length > 0) note(printable(formatProblems(problems)));
    if (valid) print(definitions.length === 1 ? "1 workflow is valid" : `${definitions.length} workflows are valid`);
  }
  return valid ? 0 : 2;
}
