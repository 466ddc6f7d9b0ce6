import type { JsonObject, JsonValue } from "../../../model/json.ts";
import { type Fields, fieldsOf, jsonOf, listOf, textOf } from "./fields.ts";

/** Fields as files of the original have them; its first versions wrote some of them in lower case, later ones some with underscores. */
const names = [
  "schemaVersion",
  "inputParameters",
  "optionalParameters",
  "retryDelaySeconds",
  "contentType",
  "statusCodes",
  "connectionTimeOut",
  "readTimeOut",
  "executionTimeOut",
] as const;

const nameOf: ReadonlyMap<string, string> = new Map(names.map((name) => [plain(name), name]));

/** Parts of a task, by its type. */
const parts = ["http", "cli", "nats", "smtp"] as const;

/** What stands there is meant as it is, also where it is empty or 0. */
const contents: readonly string[] = ["version", "json", "data", "headers", "formdata"];

/** A definition of the original as its file had it: the name is the id, and a field that was not given has the zero of its type. */
export function legacyDefinition({ _id, tasks, ...rest }: Fields): JsonObject {
  return { name: textOf(_id), ...given(rest), tasks: listOf(tasks).map((task) => taskOf(fieldsOf(task) ?? {})) };
}

function taskOf(task: Fields): JsonObject {
  const own = Object.entries(task).filter(([key]) => !parts.some((part) => part === key));
  const part = parts.flatMap((name) => {
    const fields = fieldsOf(task[name]);
    return fields === undefined ? [] : [[name, given(fields)] as const];
  });
  return { ...given(Object.fromEntries(own)), ...Object.fromEntries(part) };
}

function given(fields: Fields): JsonObject {
  const kept = Object.entries(fields).flatMap(([key, value]): [string, JsonValue][] => {
    const name = nameOf.get(plain(key)) ?? key;
    const json = jsonOf(value);
    return isZero(json, contents.includes(name)) ? [] : [[name, json]];
  });
  return Object.fromEntries(kept);
}

function isZero(value: JsonValue, isContent: boolean): boolean {
  if (value === null) return true;
  if (isContent) return false;
  return value === "" || value === 0 || value === false || (Array.isArray(value) && value.length === 0);
}

function plain(name: string): string {
  return name.replaceAll("_", "").toLowerCase();
}
