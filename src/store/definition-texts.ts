import { WorkflowsError } from "../model/errors.ts";
import { maxDocumentBytes, maxModelBytes } from "../model/workflow.ts";
import type { StoredDefinition } from "./store.ts";

/** What adapters keep of a definition, as JSON. */
export interface DefinitionTexts {
  readonly model: string;
  readonly source: string;
}

const maxBytes = maxDocumentBytes + maxModelBytes;

/** Throws invalid_definition where no store would take it, however often it is tried: MongoDB keeps at most 16 MiB in one document. */
export function definitionTexts({ workflow, source }: StoredDefinition): DefinitionTexts {
  const texts = { model: JSON.stringify(workflow), source: JSON.stringify(source) };
  const bytes = Buffer.byteLength(texts.model) + Buffer.byteLength(texts.source);
  if (bytes <= maxBytes) return texts;
  const which = `Version ${workflow.version} of workflow ${JSON.stringify(workflow.name)}`;
  throw new WorkflowsError(
    "invalid_definition",
    `${which} is too large to be stored: its document and what is compiled from it have ${bytes} bytes; at most ${maxBytes} are taken`,
  );
}
