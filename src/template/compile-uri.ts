import { closest } from "../model/closest.ts";
import type { DefinitionProblem } from "../model/errors.ts";
import type { JsonPointer } from "../model/json.ts";
import { explicit, parseInto, placed } from "./compile.ts";
import { hasDotSegment } from "./rendered-uri.ts";
import type { WrittenPart } from "./syntax/parse-text.ts";
import type { WrittenReference } from "./syntax/reference.ts";
import type { Encoding, UriTemplate } from "./template.ts";

export interface UriRules {
  /** The definition allows that inputs and results choose scheme, host and port. */
  readonly openOrigin: boolean;
}

type Report = (message: string, suggestion?: string) => void;

/**
 * Compiles an absolute http or https URI. Scheme, host and port are literal or `${env.X}`; inputs and results in path,
 * query and fragment are percent-encoded once. Mistakes are added to `problems`. Rendering refuses an empty host and
 * path segments `.` and `..`.
 */
export function compileUri(text: string, at: JsonPointer, problems: DefinitionProblem[], rules: UriRules): UriTemplate {
  const before = problems.length;
  const { origin, rest } = splitAtPath(parseInto(text, at, problems));
  const report: Report = (message, suggestion) => {
    problems.push({ severity: "error", at, message, ...(suggestion !== undefined && { suggestion }) });
  };
  // A mistake in the templates would be found once more as a mistake of the URI.
  if (problems.length === before) {
    checkOrigin(origin, rules, report);
    if (hasDotSegment(sampleOf(rest))) report('A segment of the path is "." or ".."');
    if (hasControlCharacter(text)) report("The URI holds a control character, such as a line break");
    if ([...origin, ...rest].some((part) => typeof part === "string" && part.includes("\\")))
      report('The URI holds a backslash; URLs have "/" only');
  }
  if (rest.some((part) => typeof part !== "string" && part.from !== "env" && part.encoding === "raw"))
    problems.push({
      severity: "warning",
      at,
      message: '"encoding=raw" is ignored in a URI: values are percent-encoded',
    });
  return {
    $uri: {
      origin: origin.map((part) => (typeof part === "string" ? part : placed(part, explicit(part)))),
      rest: rest.map((part) => (typeof part === "string" ? part : placed(part, encodingsAfterOrigin(part)))),
    },
  };
}

/** A variable may bring several segments: it is the operator's, as the definition is. */
function encodingsAfterOrigin(reference: WrittenReference): Encoding[] {
  const asked = explicit(reference);
  return reference.from === "env" || asked.includes("url") ? asked : [...asked, "url"];
}

/**
 * Splits before the first `/`, `?` or `#` that follows the scheme's `://`. A variable at the start may hold the scheme
 * and more; then the first of these characters counts.
 */
function splitAtPath(parts: readonly WrittenPart[]): { origin: WrittenPart[]; rest: WrittenPart[] } {
  const origin: WrittenPart[] = [];
  let schemeRead = false;
  for (const [index, part] of parts.entries()) {
    if (typeof part !== "string") {
      origin.push(part);
      continue;
    }
    const scheme: RegExpExecArray | null = schemeRead ? null : /^[^/?#\\:]*:\/\//.exec(part);
    const from = scheme?.[0].length ?? 0;
    schemeRead ||= scheme !== null;
    const length = part.slice(from).search(/[/?#\\]/);
    if (length < 0) {
      origin.push(part);
      continue;
    }
    const end = from + length;
    if (end > 0) origin.push(part.slice(0, end));
    return { origin, rest: [part.slice(end), ...parts.slice(index + 1)] };
  }
  return { origin, rest: [] };
}

function checkOrigin(origin: readonly WrittenPart[], rules: UriRules, report: Report): void {
  const references = origin.filter((part) => typeof part !== "string");
  const outsider = references.find((part) => part.from !== "env");
  if (outsider !== undefined && !rules.openOrigin)
    report("Scheme, host and port must be literal or ${env.NAME}: inputs and results may fill path and query only");
  const [start = ""] = origin;
  if (typeof start === "object") return; // the rest is known when it is rendered
  const scheme = /^([^:/]*):\/\//.exec(start)?.[1]?.toLowerCase();
  if (scheme === undefined) report("The URI must be absolute: http://HOST/PATH or https://HOST/PATH");
  else if (scheme !== "http" && scheme !== "https")
    report(
      `The scheme "${scheme.slice(0, 40)}" cannot be called; http and https can`,
      closest(scheme, ["http", "https"]),
    );
  else if (!/:\/\/./.test(sampleOf(origin)) || !URL.canParse(sampleOf(origin)))
    report("The URI has no valid host and port");
}

/** A text such as the parts may render to: a digit in place of a port, a letter elsewhere. */
function sampleOf(parts: readonly WrittenPart[]): string {
  let text = "";
  for (const part of parts) text += typeof part === "string" ? part : text.endsWith(":") ? "1" : "x";
  return text;
}

function hasControlCharacter(text: string): boolean {
  return [...text].some((character) => character < " " || character === "\u007f");
}
