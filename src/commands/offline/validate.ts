import { compileOptionsOf } from "../../compose/definitions.ts";
import { configuredKinds } from "../../compose/task-kinds.ts";
import { formatProblems } from "../../definitions/format-problems.ts";
import { loadDefinitions } from "../../definitions/load.ts";
import { type Globals, loadFor } from "../globals.ts";
import { complain, note, print, printable, printJson } from "../terminal.ts";
import { differencesIn, formatDifferences, type PlacedDifference } from "./differences.ts";

export interface ValidateOptions {
  /** List what a definition relies on that differs from the original. */
  readonly explain?: true;
}

/** Checks definitions and prints everything that is wrong in them; 2 where anything is. */
export async function validate(
  paths: readonly string[],
  { explain }: ValidateOptions,
  globals: Globals,
): Promise<number> {
  const { config, warnings } = await loadFor(globals, false);
  for (const warning of warnings) note(`warning: ${warning}`);
  const options = compileOptionsOf(config, configuredKinds(config).kinds);
  const explained = { envAllowed: options.envAllowed, streamNameIsSet: config.natsStreamName !== undefined };
  const differences: PlacedDifference[] = [];
  const { definitions, problems } = await loadDefinitions(
    paths,
    options,
    explain === true ? (file, document) => differences.push(...differencesIn(file, document, explained)) : undefined,
  );
  const valid = !problems.some(({ severity }) => severity === "error");
  if (globals.json === true) {
    const workflows = definitions.map(({ file, workflow: { name, version, digest } }) => ({
      name,
      version,
      digest,
      file,
    }));
    printJson({ valid, workflows, problems, ...(explain === true && { differences }) });
  } else {
    if (problems.length > 0) complain(printable(formatProblems(problems)));
    if (explain === true) print(formatDifferences(differences));
    if (valid) print(definitions.length === 1 ? "1 workflow is valid" : `${definitions.length} workflows are valid`);
  }
  return valid ? 0 : 2;
}
