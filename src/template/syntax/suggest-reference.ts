import { closest } from "../../model/closest.ts";

/** What a reference that is none was probably meant to be, written out; undefined where nothing is near. */
export function suggestReference(
  subject: string,
  known: { readonly inputs: readonly string[]; readonly tasks: readonly string[] },
): string | undefined {
  if (subject.length > 200 || /[^\w.[\]-]/.test(subject)) return undefined;
  const [first = "", second, ...others] = subject.split(".");
  if (second === undefined) return suggestForName(first, known);
  const afterFirst = [second, ...others].join(".");
  if (isNear(first, "workflow"))
    return reference(`workflow.input.${isNear(second, "input") ? others.join(".") : afterFirst}`);
  if (isNear(first, "input") || isNear(first, "inputParameters")) return reference(`workflow.input.${afterFirst}`);
  if (isNear(first, "env") || isNear(first, "environment")) return reference(`env.${afterFirst}`);
  if (isNear(second, "json") || ["body", "output", "response", "result"].includes(second))
    return reference([first, "json", ...others].join("."));
  return known.tasks.includes(first) ? reference(`${first}.json.${afterFirst}`) : undefined;
}

/** A name without its root. */
function suggestForName(
  name: string,
  known: { readonly inputs: readonly string[]; readonly tasks: readonly string[] },
): string | undefined {
  if (known.tasks.includes(name)) return reference(`${name}.json`);
  const input = closest(name, known.inputs);
  if (input !== undefined) return reference(`workflow.input.${input}`);
  return /^[A-Z][A-Z0-9_]+$/.test(name) ? reference(`env.${name}`) : undefined;
}

function isNear(written: string, meant: string): boolean {
  return closest(written, [meant]) !== undefined;
}

function reference(subject: string): string | undefined {
  return subject.endsWith(".") ? undefined : `\${${subject}}`;
}
