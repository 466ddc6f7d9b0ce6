import type { Condition } from "../../model/condition.ts";
import { canonicalJson, type JsonValue, kindOf } from "../../model/json.ts";
import { render } from "../../template/render.ts";
import type { Scope } from "../../template/template.ts";
import { Undecidable } from "./undecidable.ts";

/** Whether a condition holds. Throws `RenderError`, and `Undecidable` where it compares what cannot be compared. */
export function holds(condition: Condition, scope: Scope): boolean {
  switch (condition.op) {
    case "holds": {
      const value = render(condition.value, scope);
      return value !== false && value !== null && value !== 0 && value !== "";
    }
    case "equals":
      return canonicalJson(render(condition.left, scope)) === canonicalJson(render(condition.right, scope));
    case "less":
      return isLess(render(condition.left, scope), render(condition.right, scope));
    case "not":
      return !holds(condition.of, scope);
    case "all":
      return condition.of.every((one) => holds(one, scope));
    case "any":
      return condition.of.some((one) => holds(one, scope));
    default:
      return condition satisfies never;
  }
}

function isLess(left: JsonValue, right: JsonValue): boolean {
  if (typeof left === "number" && typeof right === "number") return left < right;
  if (typeof left === "string" && typeof right === "string") return left < right;
  const kinds = `${kindOf(left)} and ${kindOf(right)}`; // the values may be secret
  throw new Undecidable("not_comparable", `A condition compares ${kinds}: two numbers can be, or two texts`);
}
