import type { JsonValue } from "../model/json.ts";
import { maskUserinfo } from "../model/redaction.ts";
import type { Setting } from "./setting.ts";
import type { Given, Problem } from "./source.ts";
import type { Mistake } from "./values/value-type.ts";

/** Long values are cut: a message is one line. */
const maxShown = 60;

/** Problems of one value: what was found, what would be right. */
export function problemsOf(setting: Setting<unknown>, given: Given, mistakes: readonly Mistake[]): Problem[] {
  return mistakes.map(({ path, message, suggestion }) => {
    const found = setting.secret !== undefined ? "has a value that is wrong:" : `is ${shown(given.found.value)},`;
    const where = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
    const sentence = message === undefined ? `${found} must be ${rightValue(setting)}` : message;
    const separator = message === undefined ? " " : ": ";
    return {
      place: given.placeOf(path),
      message: `${setting.key}${where}${separator}${sentence}`,
      ...(suggestion === undefined ? {} : { suggestion }),
    };
  });
}

function rightValue({ type: { expected, example } }: Setting<unknown>): string {
  return example === undefined ? expected : `${expected}, ${example}`;
}

function shown(value: JsonValue): string {
  const text = maskUserinfo(JSON.stringify(value));
  return text.length > maxShown ? `${text.slice(0, maxShown)}...` : text;
}

/** Every problem on a line of its own, those of a file in the order of its lines. */
export function formatProblems(problems: readonly Problem[]): string {
  const lines = problems.toSorted(byPlace).map(({ place, message, suggestion }) => {
    const hint = suggestion === undefined ? "" : `: did you mean "${suggestion}"?`;
    return `${place}: ${message}${hint}`;
  });
  const [first = "", ...rest] = lines;
  if (rest.length === 0) return first;
  return [`${lines.length} mistakes in the configuration`, ...lines.map((line) => `  ${line}`)].join("\n");
}

function byPlace(a: Problem, b: Problem): number {
  return a.place.localeCompare(b.place, "en", { numeric: true });
}
