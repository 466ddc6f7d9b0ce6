import { memberNamed } from "../model/document/named-members.ts";
import type { DefinitionProblem } from "../model/errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../model/json.ts";
import { maxModelBytes, type Workflow } from "../model/workflow.ts";
import { compileMender } from "./mender/compile.ts";
import { menderSchema } from "./mender/schema.ts";
import type { CompileOptions } from "./task-checks.ts";

const bytesOfMiB = 1024 * 1024;

interface Compiled {
  /** Only where there is no error. */
  readonly workflow?: Workflow;
  readonly problems: readonly DefinitionProblem[];
}

/** Compiles a document in the dialect that its `schemaVersion` names. All mistakes at once; a workflow only where there is no error. */
export function compileDocument(document: JsonValue, options: CompileOptions): Compiled {
  const version = isJsonObject(document) ? memberNamed(document, "schemaVersion") : undefined;
  if (version === undefined || version === null || version === 0 || version === 1)
    return withinBounds(compileMender(document, options));
  const message =
    version === 2
      ? "schemaVersion 2 is the conductor dialect, which is not available in this version; 0 and 1 are"
      : `schemaVersion must be 0 or 1, not ${JSON.stringify(version)}`;
  return { problems: [{ severity: "error", at: "/schemaVersion", message }] };
}

/** The schema by which documents are read, before it is known which dialect they name. */
export function schemaOfDocuments({ kinds }: Pick<CompileOptions, "kinds">): JsonObject {
  return menderSchema(kinds);
}

function withinBounds(compiled: Compiled): Compiled {
  if (compiled.workflow === undefined) return compiled;
  const mib = Buffer.byteLength(JSON.stringify(compiled.workflow)) / bytesOfMiB;
  if (mib <= maxModelBytes / bytesOfMiB) return compiled;
  const has = (Math.ceil(mib * 10) / 10).toFixed(1); // never the limit itself
  const message = `the definition has ${has} MiB when it is compiled, with all texts from files in it, and may have ${maxModelBytes / bytesOfMiB} MiB: make several workflows of it, or its texts shorter`;
  return { problems: [...compiled.problems, { severity: "error", at: "", message }] };
}
