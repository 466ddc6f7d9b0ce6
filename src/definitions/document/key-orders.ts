import { isMap, isScalar, isSeq } from "yaml";
import { noteKeyOrder } from "../../model/document/key-order.ts";
import { isJsonObject } from "../../model/json.ts";

/** Notes for every object of a document in which order its text has the keys. `value`: what was made of the node. */
export function noteKeyOrders(node: unknown, value: unknown): void {
  if (isMap(node) && isJsonObject(value)) {
    const keys = node.items.map(({ key }) => String(isScalar(key) ? key.value : key));
    noteKeyOrder(value, keys);
    for (const [index, key] of keys.entries()) noteKeyOrders(node.items[index]?.value, value[key]);
  } else if (isSeq(node) && Array.isArray(value)) {
    for (const [index, item] of node.items.entries()) noteKeyOrders(item, value[index]);
  }
}
