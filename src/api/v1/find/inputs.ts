import { searchableInputs } from "../../../jobs/finding/searchable.ts";
import { closest } from "../../../model/closest.ts";
import { isJsonObject, type JsonValue } from "../../../model/json.ts";
import { nameMatcher } from "../../../model/redaction.ts";
import { inputLabel, type Label, maxSearchable } from "../../../model/search/labels.ts";
import type { ApiContext } from "../../context.ts";
import type { Asked } from "./asked.ts";

/** What the names of parameters begin with that ask for a value of an input. */
export const inputPrefix = "input.";

export function isInput(asked: Asked, name: string): boolean {
  return !asked.isBody && name.startsWith(inputPrefix) && name.length > inputPrefix.length;
}

interface AskedInput {
  readonly name: string;
  readonly value: JsonValue;
}

/** The labels of jobs whose inputs have the values that are asked for. Asks the store where a name is not known to be searchable. */
export async function inputLabels(
  asked: Asked,
  { deps, settings }: Pick<ApiContext, "deps" | "settings">,
  of: { readonly workflow: string | undefined; readonly version: number | undefined },
): Promise<Label[]> {
  const inputs = asked.isBody ? membersOf(asked) : parametersOf(asked);
  if (inputs.length === 0) return [];
  if (inputs.length > maxSearchable)
    asked.complain("input", `at most ${maxSearchable} inputs can be asked for at once`);
  const looksSecret = nameMatcher(settings.secretNames);
  const names = inputs.map(({ name }) => name);
  const known = (await searchableInputs(deps.catalog, names, of)).filter((name) => !looksSecret(name));
  const labels: Label[] = [];
  for (const input of inputs.slice(0, maxSearchable)) {
    const label = inputLabel(input.name, input.value);
    if (!known.includes(input.name)) complain(asked, input.name, notSearchable(input.name, known, of.workflow));
    else if (label === undefined) complain(asked, input.name, "must be a text, a number, true, false or null");
    else labels.push(label);
  }
  return labels;
}

function complain(asked: Asked, input: string, message: string): void {
  if (asked.isBody) asked.complain("input", message, input);
  else asked.complain(`${inputPrefix}${input}`, message);
}

function notSearchable(name: string, known: readonly string[], workflow: string | undefined): string {
  const whose = workflow === undefined ? "any workflow" : `the workflow ${JSON.stringify(workflow)}`;
  const meant = closest(name, known);
  const which =
    known.length === 0
      ? "none are"
      : meant === undefined
        ? `those are: ${known.slice(0, 20).join(", ")}`
        : `did you mean ${meant}?`;
  return `is no searchable input of ${whose}; ${which} (a definition names its own in "searchable")`;
}

function parametersOf(asked: Asked): AskedInput[] {
  const given = asked.names.filter((name) => isInput(asked, name));
  return given.flatMap((parameter) => {
    const value = asked.value(parameter);
    if (typeof value === "string") return [{ name: parameter.slice(inputPrefix.length), value }];
    asked.complain(parameter, "is given more than once");
    return [];
  });
}

function membersOf(asked: Asked): AskedInput[] {
  const given = asked.value("input");
  if (given === undefined) return [];
  if (isJsonObject(given)) return Object.entries(given).map(([name, value]) => ({ name, value }));
  asked.complain("input", "must be an object of inputs and their values");
  return [];
}
