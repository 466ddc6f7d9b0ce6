import type { JsonValue } from "../../model/json.ts";
import { repeaterOf } from "../../model/tree/places.ts";
import type { FanOutNode } from "../../model/workflow.ts";
import { render } from "../../template/render.ts";
import type { Scope } from "../../template/template.ts";
import { joined } from "../tree/join.ts";
import type { NodeView } from "../tree/look/view.ts";
import { type Advance, failedWith, type Progress } from "../tree/progress.ts";
import { Undecidable } from "../tree/undecidable.ts";

/** As many branches as the list has items when the node is reached; the list is kept, whatever becomes of what it was read from. */
export function advanceFanOut(node: FanOutNode, view: NodeView, advance: Advance): Progress {
  const decided = view.decided(node, (scope) => itemsOf(node, scope));
  if (decided.kind === "failed") return failedWith(decided.error);
  const items = Array.isArray(decided.value) ? decided.value : [];
  const repeater = repeaterOf(node);
  const branches = items.map((_, turn) => advance(node.body, view.within(repeater, turn)));
  return joined(branches, { join: Math.min(node.join ?? items.length, items.length), onFailure: node.onFailure });
}

function itemsOf({ name, items, maxItems }: FanOutNode, scope: Scope): JsonValue {
  const list = render(items, scope);
  if (!Array.isArray(list)) throw new Undecidable("no_list", `"${name}" goes over a list, and what it found is none`);
  if (list.length <= maxItems) return list;
  throw new Undecidable("too_many_items", `"${name}" found ${list.length} items, over its limit of ${maxItems}`);
}
