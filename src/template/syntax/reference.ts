import { closest } from "../../model/closest.ts";
import type { Reference } from "../template.ts";
import { parseValuePath, type ValuePath } from "../values/value-path.ts";
import { suggestReference } from "./suggest-reference.ts";

/** What `encoding=` may say; `raw`, which the original called `plain`, turns off the encoding that the place would bring. */
export const explicitEncodings = ["raw", "url", "html"] as const;

export type ExplicitEncoding = (typeof explicitEncodings)[number];

/** A reference as it is written, before the place where it stands decides how its value is encoded. */
export interface WrittenReference {
  readonly from: Reference["from"];
  readonly name: string;
  readonly path?: ValuePath;
  readonly default?: string;
  readonly encoding?: ExplicitEncoding;
}

/** A mistake in a template, whose place the caller knows. */
export interface TemplateProblem {
  readonly message: string;
  /** A whole reference or encoding that is probably meant. */
  readonly suggestion?: string;
  /** The suggestion is a name that the definition declares. */
  readonly declared?: true;
  /** No slip, as far as one can tell: a reference to nothing, which renders to its default or to nothing, as in the original. */
  readonly renders?: string;
}

/** Names that a definition declares; they make suggestions better and change nothing else. */
export interface KnownNames {
  readonly inputs: readonly string[];
  readonly tasks: readonly string[];
}

export const nothingKnown: KnownNames = { inputs: [], tasks: [] };

/** Reads what stands between `${` and `}`: `[encoding=NAME;]REFERENCE[|DEFAULT]`. */
export function parseReference(expression: string, known: KnownNames): WrittenReference | TemplateProblem {
  const { option, value, rest } = splitOption(expression);
  const bar = rest.indexOf("|");
  const subject = (bar < 0 ? rest : rest.slice(0, bar)).trim();
  const fallback = bar < 0 ? undefined : rest.slice(bar + 1);
  if (fallback?.includes("${") === true)
    return { message: `${quote(expression)}: a default is literal text, it cannot hold a reference` };
  const encoding = option === undefined ? undefined : parseEncoding(option, value);
  if (typeof encoding === "object") return encoding;
  const target = parseTarget(subject, fallback, known);
  if ("message" in target) return target;
  return {
    ...target,
    ...(fallback !== undefined && { default: fallback }),
    ...(encoding !== undefined && { encoding }),
  };
}

function splitOption(expression: string): { option?: string; value: string; rest: string } {
  const match = /^\s*([A-Za-z]+)\s*=([^;|]*);(.*)$/s.exec(expression);
  if (match === null) return { value: "", rest: expression };
  return { option: match[1] ?? "", value: (match[2] ?? "").trim(), rest: match[3] ?? "" };
}

function parseEncoding(option: string, value: string): ExplicitEncoding | TemplateProblem {
  if (option !== "encoding")
    return { message: `Unknown option "${clip(option)}"; the one that exists is "encoding"`, suggestion: "encoding" };
  if (value === "plain") return "raw";
  const encoding = explicitEncodings.find((name) => name === value);
  if (encoding !== undefined) return encoding;
  const suggestion = closest(value, explicitEncodings);
  return {
    message: `Unknown encoding "${clip(value)}"; one of ${explicitEncodings.join(", ")}`,
    ...(suggestion !== undefined && { suggestion }),
  };
}

const inputPrefix = "workflow.input.";
const envPrefix = "env.";

function parseTarget(
  subject: string,
  fallback: string | undefined,
  known: KnownNames,
): WrittenReference | TemplateProblem {
  if (subject.startsWith(inputPrefix) && subject.length > inputPrefix.length)
    return parseInput(subject, subject.slice(inputPrefix.length));
  if (subject.startsWith(envPrefix) && subject.length > envPrefix.length)
    return parseEnv(subject, subject.slice(envPrefix.length));
  const result = /^(.+?)\.json(?=$|\.|\[)/s.exec(subject);
  if (result !== null) return withPath(subject, "result", result[1] ?? "", subject.slice(result[0].length));
  return refersToNothing(subject, fallback ?? "", known);
}

function refersToNothing(subject: string, fallback: string, known: KnownNames): TemplateProblem {
  const forms = "write ${workflow.input.NAME}, ${env.NAME} or ${TASK.json.PATH}";
  const message = `${quote(subject)} refers to nothing; ${forms}`;
  const suggestion = suggestReference(subject, nothingKnown);
  if (suggestion !== undefined) return { message, suggestion };
  const declared = suggestReference(subject, known);
  if (declared !== undefined) return { message, suggestion: declared, declared: true };
  if (subject === "" || [inputPrefix, envPrefix].includes(subject)) return { message };
  const what = fallback === "" ? "nothing" : "its default";
  return { message: `${quote(subject)} refers to nothing and renders to ${what}; ${forms}`, renders: fallback };
}

function parseInput(subject: string, rest: string): WrittenReference | TemplateProblem {
  const json = /^(.+?)\.jsonInput(?=$|\.|\[)/s.exec(rest);
  if (json === null) return { from: "input", name: rest };
  return withPath(subject, "input", json[1] ?? "", rest.slice(json[0].length));
}

function parseEnv(subject: string, name: string): WrittenReference | TemplateProblem {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return { from: "env", name };
  return { message: `${quote(subject)}: the name of a variable has letters, digits and "_" only` };
}

function withPath(
  subject: string,
  from: Reference["from"],
  name: string,
  text: string,
): WrittenReference | TemplateProblem {
  const path = parseValuePath(text);
  if (path !== undefined) return { from, name, path };
  return { message: `${quote(subject)}: a path has names and indexes only, as in ".items[0].id"` };
}

function quote(expression: string): string {
  return `\${${clip(expression)}}`;
}

/** Messages quote what they are about, but not a megabyte of it. */
function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
