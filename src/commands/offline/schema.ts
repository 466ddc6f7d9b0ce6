import { defaultConfig } from "../../config/config.ts";
import { menderSchema } from "../../definitions/mender/schema.ts";
import { kindsToCheckWith } from "../task-kinds.ts";
import { printJson } from "../terminal.ts";

/** Prints the JSON Schema of definitions. */
export function schema(): number {
  printJson(menderSchema(kindsToCheckWith(defaultConfig)));
  return 0;
}
