import { compileDocument } from "../../definitions/compile-document.ts";
import type { CompileOptions } from "../../definitions/task-checks.ts";
import type { DefinitionProblem } from "../../model/errors.ts";
import type { ForeignDatabase } from "../../store/foreign.ts";
import type { DefinitionStore } from "../../store/store.ts";

export interface DefinitionImport {
  readonly from: Pick<ForeignDatabase, "definitions">;
  readonly into: Pick<DefinitionStore, "add" | "version">;
  readonly options: CompileOptions;
  /** Told of each mistake and each warning. */
  readonly problem: (place: string, problem: DefinitionProblem) => void;
}

export interface DefinitionCounts {
  readonly imported: number;
  /** The store has that version of the workflow. */
  readonly alreadyThere: number;
  /** Have mistakes. */
  readonly refused: number;
}

/** Takes the definitions of another database into the store: those that have no mistake, and of which the store has no such version. */
export async function importDefinitions({ from, into, options, problem }: DefinitionImport): Promise<DefinitionCounts> {
  const counts = { imported: 0, alreadyThere: 0, refused: 0 };
  for await (const { place, source } of from.definitions()) {
    const { workflow, problems } = compileDocument(source, options);
    if (workflow !== undefined && (await into.version(workflow.name, workflow.version)) !== undefined) {
      counts.alreadyThere += 1;
      continue;
    }
    for (const one of problems) problem(place, one);
    if (workflow === undefined) counts.refused += 1;
    else if (await into.add({ workflow, source })) counts.imported += 1;
    else counts.alreadyThere += 1; // it came from elsewhere a moment ago
  }
  return counts;
}
