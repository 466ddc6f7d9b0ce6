import type { JsonPointer, JsonValue } from "../../../model/json.ts";
import { parseText } from "../../../template/syntax/parse-text.ts";
import { textsIn } from "../../texts-in.ts";
import type { Difference } from "./difference.ts";

/** Of a JSON that is sent (`json` of a call, `data` of a message): where a value of it is one reference. `required`: inputs that a start must bring. */
export function leafDifferences(
  json: JsonValue | undefined,
  at: JsonPointer,
  required: readonly string[],
): Difference[] {
  if (json === undefined) return [];
  return [...textsIn(json, at)].flatMap(({ at: place, text }): Difference[] => {
    const [reference, more] = parseText(text).parts;
    if (more !== undefined || typeof reference !== "object" || reference.encoding !== undefined) return [];
    if (reference.from === "result")
      return [
        {
          at: place,
          rule: "results-in-json",
          differs: "a result is sent as it is, numbers as numbers; Mender's service sent its text",
          advice:
            "Nothing, where it is a text, or whoever gets it takes both; else write encoding=raw before it, which makes it a text",
        },
      ];
    if (reference.from !== "input" || reference.default !== undefined || required.includes(reference.name)) return [];
    return [
      {
        at: place,
        rule: "missing-values",
        differs: `where a start does not bring ${reference.name}, an empty text is sent; Mender's service sent null`,
        advice: "Nothing, unless whoever gets it tells them apart: then have clients send null",
      },
    ];
  });
}
