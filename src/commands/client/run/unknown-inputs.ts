import { WorkflowsApiError } from "../../../client/errors.ts";
import type { JsonObject } from "../../../model/json.ts";
import { ExitError } from "../../exit-error.ts";
import type { CalledServer } from "../called-server.ts";

/** A refusal for missing parameters, with what was given that is none: one of them may be misspelt. Other errors as they are. A server that does not show its workflows says no more. */
export async function withUnknownInputs(
  error: unknown,
  server: CalledServer,
  workflow: string,
  input: JsonObject,
): Promise<unknown> {
  if (!(error instanceof ExitError && error.cause instanceof WorkflowsApiError)) return error;
  if (error.cause.code !== "missing_input_parameters") return error;
  const known = await server.ask(({ workflows }) => workflows.get(workflow)).catch(() => undefined);
  if (known === undefined) return error;
  const names = [...known.inputParameters, ...known.optionalParameters];
  const unknown = Object.keys(input).filter((name) => !names.includes(name));
  if (unknown.length === 0) return error;
  const message = `${error.message}\n  given, but no parameter of it: ${unknown.join(", ")}`;
  return new ExitError(error.exitCode, message, { cause: error.cause });
}
