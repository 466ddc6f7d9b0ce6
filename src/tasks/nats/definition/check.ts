import { DefinitionError } from "../../../model/errors.ts";
import type { JsonPointer, JsonValue } from "../../../model/json.ts";
import { compileJsonText } from "../../../template/compile.ts";
import type { Checked } from "../../kind.ts";
import { Fields } from "../../part-fields.ts";
import { checkSubject } from "./check-subject.ts";
import { fieldNames } from "./schema.ts";
import type { NatsSpec } from "./spec.ts";

/** Why no `nats` task can run where no server is configured. */
export const notConfigured =
  "nats tasks are off until nats_uri in the configuration names a server, such as nats://localhost:4222";

/** Checks a `nats` part and compiles its templates. Throws `DefinitionError` with every mistake. `configured`: there is a server to publish to. */
export function checkNatsPart(part: JsonValue, at: JsonPointer, configured: boolean): Checked<NatsSpec> {
  const fields = new Fields(part, at, fieldNames);
  const where = checkSubject(fields);
  const data = compileJsonText(fields.asWritten("data") ?? null, fields.pointer("data"), fields.problems);
  if (!configured) fields.error(at, notConfigured);
  if (where === undefined || fields.errors > 0) throw new DefinitionError(fields.problems);
  return { spec: { ...where, data }, warnings: fields.problems };
}
