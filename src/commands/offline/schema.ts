import { configuredKinds } from "../../compose/task-kinds.ts";
import { defaultConfig } from "../../config/config.ts";
import { menderSchema } from "../../definitions/mender/schema.ts";
import { printJson } from "../terminal.ts";

/** Prints the JSON Schema of definitions. */
export function schema(): number {
  printJson(menderSchema(configuredKinds(defaultConfig).kinds));
  return 0;
}
