import { compileBody } from "../../../template/compile-body.ts";
import { compileUri } from "../../../template/compile-uri.ts";
import { parseText } from "../../../template/syntax/parse-text.ts";
import type { TextPart } from "../../../template/template.ts";
import type { Difference } from "./difference.ts";
import { leafDifferences } from "./json-leaves.ts";
import type { Members } from "./members.ts";

/** The fields of an `http` part that matter here. */
export const httpNames = [
  "uri",
  "hostFromInput",
  "method",
  "payload",
  "body",
  "json",
  "formdata",
  "connectionTimeOut",
  "readTimeOut",
] as const;

const bodies = ["payload", "body", "json", "formdata"] as const;

/** Of an `http` part. `required`: inputs that a start must bring. */
export function httpDifferences(part: Members, required: readonly string[]): Difference[] {
  return [
    ...uriDifferences(part),
    ...methodDifferences(part),
    ...bodyDifferences(part),
    ...leafDifferences(part.value("json"), part.pointer("json"), required),
    ...timeoutDifferences(part),
    {
      at: part.at,
      rule: "redirects",
      differs:
        "a redirect is an answer like any other (a success, unless statusCodes says otherwise); Mender's service followed it",
      advice: "Write the address that is meant, where a service redirects",
    },
  ];
}

function uriDifferences(part: Members): Difference[] {
  const uri = part.text("uri");
  if (uri === undefined) return [];
  const at = part.pointer("uri");
  const differences: Difference[] = [];
  const { origin, rest } = compileUri(uri, at, [], { openOrigin: true }).$uri;
  if (origin.some(isValue) && part.value("hostFromInput") !== true)
    differences.push({
      at,
      rule: "hosts",
      differs: "inputs and results may not choose the host that is called: such a definition is refused",
      advice: "Write the host, or ${env.X|default}; or say that it is meant, by hostFromInput: true beside uri",
    });
  if (/^https?:\/\/(169\.254\.|\[fe[89ab]|\[::ffff:169\.254\.|metadata\.)/i.test(uri))
    differences.push({
      at,
      rule: "link-local-addresses",
      differs: "link-local and metadata addresses are never called",
      advice: "Call the service by an address of its own",
    });
  const written = parseText(uri).parts.filter((one) => typeof one !== "string");
  const inRest = written.slice(written.length - rest.filter((one) => typeof one !== "string").length);
  // What says encoding=url has a rule of its own.
  if (inRest.some(({ from, encoding }) => from !== "env" && encoding !== "url"))
    differences.push({
      at,
      rule: "values-in-uris",
      differs:
        "inputs and results are percent-encoded where they stand in the path or the query, a space as %20; Mender's service wrote them as they were, and in later versions inputs encoded, a space as +",
      advice:
        "Nothing, unless clients encode such inputs themselves, or one holds several segments or parameters: then have each in an input of its own",
    });
  return differences;
}

function methodDifferences(part: Members): Difference[] {
  const method = part.text("method") ?? "";
  if (method !== "" || bodies.every((field) => (part.value(field) ?? "") === "")) return [];
  return [
    {
      at: part.at,
      rule: "methods",
      differs: "a call that has a body and no method is a POST; Mender's service made it a GET",
      advice: "Write the method that is meant",
    },
  ];
}

function bodyDifferences(part: Members): Difference[] {
  return ["payload", "body"].flatMap((field): Difference[] => {
    const text = part.text(field) ?? "";
    const place = part.pointer(field);
    if (!compileBody(text, place, []).$text.some(isEscaped)) return [];
    return [
      {
        at: place,
        rule: "values-in-json",
        differs:
          "a value inside a string of this JSON is escaped, so that quotes and line breaks in it stay part of it",
        advice:
          "Nothing, unless clients escape such inputs themselves, or send pieces of JSON: then write ${encoding=raw;...}",
      },
    ];
  });
}

/** In the original, a number of seconds by its code and of milliseconds by its documentation, and 0 was no limit. */
function timeoutDifferences(part: Members): Difference[] {
  return [...timeoutDifference(part, "connectionTimeOut", 10), ...timeoutDifference(part, "readTimeOut", 30)];
}

function timeoutDifference(
  part: Members,
  field: "connectionTimeOut" | "readTimeOut",
  usualSeconds: number,
): Difference[] {
  const given = part.number(field);
  const isSet = given !== undefined && given !== 0;
  if (given === undefined && field === "connectionTimeOut") return []; // the time to answer was the only one that was looked at
  return [
    {
      at: given === undefined ? part.at : part.pointer(field),
      rule: "time-outs",
      differs: isSet
        ? `${given} means ${given} ms, as the documentation of Mender's service has it; its code waited ${given} seconds`
        : `${given === undefined ? `without ${field}` : "0 means that"} the usual ${usualSeconds} s count; Mender's service set no limit`,
      advice: isSet
        ? `Nothing, if ${given / 1000} s are enough; else write more milliseconds`
        : `Nothing, if ${usualSeconds} s are enough; else write ${field} in milliseconds`,
    },
  ];
}

function isValue(part: TextPart): boolean {
  return typeof part !== "string" && part.from !== "env";
}

function isEscaped(part: TextPart): boolean {
  return typeof part !== "string" && part.encode.includes("json");
}
