import { closest } from "../../model/closest.ts";
import type { DefinitionProblem } from "../../model/errors.ts";
import type { JsonPointer, JsonValue } from "../../model/json.ts";
import { parseText } from "../../template/syntax/parse-text.ts";
import type { WrittenReference } from "../../template/syntax/reference.ts";
import { textsIn } from "../texts-in.ts";

/** What templates of one task may name. */
export interface Nameable {
  /** `inputParameters` and `optionalParameters`. */
  readonly inputs: readonly string[];
  /** Tasks before this one. */
  readonly earlier: readonly string[];
  /** All tasks of the workflow. */
  readonly tasks: readonly string[];
  readonly envAllowed: (name: string) => boolean;
}

/** Checks what the references in a part of a task point to. How they are written, their compilation checks. */
export function checkReferences(
  part: JsonValue,
  at: JsonPointer,
  names: Nameable,
  problems: DefinitionProblem[],
): void {
  for (const { at: place, text } of textsIn(part, at)) {
    const parsed = parseText(text, { inputs: names.inputs, tasks: names.tasks });
    const told = new Set<string>(); // a text may hold the same reference many times
    for (const reference of parsed.parts) {
      const problem = typeof reference === "string" ? undefined : problemOf(reference, names);
      if (problem === undefined || told.has(problem.message)) continue;
      told.add(problem.message);
      problems.push({ ...problem, at: place });
    }
    for (const { message, suggestion, declared } of parsed.problems)
      if (declared && suggestion !== undefined) problems.push({ severity: "error", at: place, message, suggestion });
    if (/\{\{.*?\}\}/s.test(text))
      problems.push({ severity: "warning", at: place, message: '"{{...}}" is no template here: it is sent as it is' });
  }
}

function problemOf(reference: WrittenReference, names: Nameable): Omit<DefinitionProblem, "at"> | undefined {
  const { name } = reference;
  switch (reference.from) {
    case "input":
      return names.inputs.includes(name) ? undefined : unknownInput(name, names.inputs);
    case "env":
      if (names.envAllowed(name)) return undefined;
      return {
        severity: "warning",
        message: `environment variable ${name} is not on the allow-list (env_allowed), so it renders to the default or to nothing`,
      };
    case "result":
      return names.earlier.includes(name) ? undefined : unknownTask(name, names);
    case "variable":
    case "item":
    case "turn":
      return undefined; // this dialect has none
    default:
      return reference.from satisfies never;
  }
}

/** One that is near to a declared one is a slip; another one may be sent by callers all the same, as the original allows. */
function unknownInput(name: string, inputs: readonly string[]): Omit<DefinitionProblem, "at"> {
  const suggestion = closest(name, inputs);
  if (suggestion === undefined) {
    return {
      severity: "warning",
      message: `input ${JSON.stringify(name)} is neither in inputParameters nor in optionalParameters: it renders to nothing unless a start brings it`,
    };
  }
  return {
    severity: "error",
    message: `input ${JSON.stringify(name)} is not declared; declared are ${inputs.join(", ")}`,
    suggestion: `\${workflow.input.${suggestion}}`,
  };
}

function unknownTask(name: string, names: Nameable): Omit<DefinitionProblem, "at"> {
  if (names.tasks.includes(name))
    return {
      severity: "error",
      message: `task ${JSON.stringify(name)} does not come before this one, so it has no result yet`,
    };
  const suggestion = closest(name, names.tasks);
  const roots = "a reference is workflow.input.NAME, env.NAME or TASK.json.PATH of an earlier task";
  return {
    severity: "error",
    message: `there is no task ${JSON.stringify(name)}; ${roots}`,
    ...(suggestion !== undefined && { suggestion: JSON.stringify(suggestion) }),
  };
}
