import { memberNamed } from "../model/document/named-members.ts";
import type { DefinitionProblem } from "../model/errors.ts";
import { isJsonObject, type JsonValue } from "../model/json.ts";
import type { Workflow } from "../model/workflow.ts";
import { compileDocument, schemaOfDocuments } from "./compile-document.ts";
import { readDocuments } from "./document/read-document.ts";
import { nameIsMissing } from "./mender/fields.ts";
import type { PlacedProblem } from "./problem.ts";
import type { CompileOptions } from "./task-checks.ts";

export type CompiledText =
  /** It is no document, or several. */
  | { readonly kind: "unreadable"; readonly problems: readonly PlacedProblem[] }
  | { readonly kind: "invalid"; readonly lacksName: boolean; readonly problems: readonly DefinitionProblem[] }
  | {
      readonly kind: "compiled";
      readonly workflow: Workflow;
      readonly source: JsonValue;
      readonly warnings: readonly DefinitionProblem[];
    };

/** Reads and compiles the one definition in a text that is no file: there is no folder from which it could take more. */
export function compileText(text: string, format: "json" | "yaml", options: CompileOptions): CompiledText {
  const { documents, unreadable } = readDocuments(text, format, schemaOfDocuments(options));
  const [document, second] = documents;
  if (document === undefined || second !== undefined) {
    const message = document === undefined ? "there is no document" : "there are several documents; one is taken";
    const place = { line: 1, column: 1 };
    return {
      kind: "unreadable",
      problems: unreadable.length > 0 ? unreadable : [{ severity: "error", at: "", message, place }],
    };
  }
  const source = document.value;
  const { workflow, problems } = compileDocument(source, options);
  if (workflow !== undefined) return { kind: "compiled", workflow, source, warnings: problems };
  const errors = problems.filter(({ severity }) => severity === "error");
  if (!lacksName(source)) return { kind: "invalid", lacksName: false, problems: errors };
  const others = errors.filter(({ message }) => message !== nameIsMissing);
  return {
    kind: "invalid",
    lacksName: true,
    problems: [{ severity: "error", at: "", message: nameIsMissing }, ...others],
  };
}

function lacksName(source: JsonValue): boolean {
  return isJsonObject(source) && (memberNamed(source, "name") ?? "") === "";
}
