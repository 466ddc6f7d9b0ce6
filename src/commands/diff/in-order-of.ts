import { isJsonObject, type JsonObject, type JsonValue } from "../../model/json.ts";

/** The same value with its members in the order in which another one has them, and what only it has behind them: so that two orders of writing are no difference. */
export function inOrderOf(model: JsonValue | undefined, value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    const models = Array.isArray(model) ? model : [];
    return value.map((item, index) => inOrderOf(sameItem(models, item, index), item));
  }
  if (!isJsonObject(value)) return value;
  const before: JsonObject = isJsonObject(model) ? model : {};
  const names = [
    ...Object.keys(before).filter((name) => Object.hasOwn(value, name)),
    ...Object.keys(value).filter((name) => !Object.hasOwn(before, name)),
  ];
  return Object.fromEntries(names.map((name) => [name, inOrderOf(before[name], value[name] ?? null)]));
}

/** Tasks are known by their names, anything else by its place. */
function sameItem(models: readonly JsonValue[], item: JsonValue, index: number): JsonValue | undefined {
  const name = isJsonObject(item) ? item["name"] : undefined;
  if (name === undefined) return models[index];
  return models.find((model) => isJsonObject(model) && model["name"] === name) ?? models[index];
}
