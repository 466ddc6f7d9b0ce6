import type { TaskExecution, TaskResult } from "../../../model/job/task-execution.ts";
import type { JsonValue } from "../../../model/json.ts";
import { masked, maskUserinfo } from "../../../model/redaction.ts";
import { type Fields, fieldsOf, listOf, numberOf, textOf } from "./fields.ts";

/** The original kept requests in clear, logins included: what people may not see is taken out when they are read. */
export interface Redaction {
  readonly hide: (text: string) => string;
  readonly isSecretHeader: (name: string) => boolean;
}

/** What the original noted of the task number `index`, as an execution of ours. */
export function executionOf(result: Fields, index: number, atMs: number, redaction: Redaction): TaskExecution {
  const { name, type, success, skipped } = result;
  // The first version noted answered calls only, and nothing but request and response.
  const succeeded = success === undefined ? true : success === true;
  const failed = skipped !== true && !succeeded;
  return {
    path: String(index),
    iteration: 0,
    name: typeof name === "string" && name !== "" ? name : `task ${index + 1}`,
    type: typeof type === "string" && type !== "" ? type : "http",
    status: skipped === true ? "skipped" : failed ? "failed" : "completed",
    attempt: 1,
    scheduledAt: atMs,
    ...(failed && { error: { code: "failed_elsewhere", message: "The task failed in the service that ran it" } }),
    result: resultOf(result, redaction),
  };
}

function resultOf(result: Fields, redaction: Redaction): TaskResult {
  const request = fieldsOf(result["httpRequest"]) ?? fieldsOf(result["request"]);
  const response = fieldsOf(result["httpResponse"]) ?? fieldsOf(result["response"]);
  const cli = fieldsOf(result["cli"]);
  const smtp = fieldsOf(result["smtp"]);
  const nats = fieldsOf(result["nats"]);
  if (cli !== undefined) return cliResult(cli, redaction);
  if (smtp !== undefined) return smtpResult(smtp, redaction);
  if (nats !== undefined) return { response: { error: redaction.hide(textOf(nats["error"])) } };
  return {
    ...(request !== undefined && { request: httpRequest(request, redaction) }),
    ...(response !== undefined && { response: httpResponse(response, redaction) }),
  };
}

function httpRequest({ uri, method, body, payload, headers }: Fields, { hide, isSecretHeader }: Redaction): JsonValue {
  return {
    uri: hide(maskUserinfo(textOf(uri))),
    method: textOf(method),
    body: hide(textOf(body ?? payload)),
    headers: listOf(headers).map((header) => {
      const line = textOf(header);
      const name = line.slice(0, Math.max(0, line.indexOf(":")));
      return isSecretHeader(name.trim()) ? `${name}: ${masked}` : hide(line);
    }),
  };
}

/** The first version wrote the status as `200 OK`. */
function httpResponse({ status_code, statuscode, body }: Fields, { hide }: Redaction): JsonValue {
  return { statusCode: numberOf(status_code ?? statuscode) ?? 0, body: hide(textOf(body)) };
}

function cliResult({ command, output, error, exitCode }: Fields, { hide }: Redaction): TaskResult {
  return {
    request: { command: listOf(command).map((argument) => hide(textOf(argument))) },
    response: { output: hide(textOf(output)), error: hide(textOf(error)), exitCode: numberOf(exitCode) ?? 0 },
  };
}

function smtpResult({ sender, recipients, message, error }: Fields, { hide }: Redaction): TaskResult {
  return {
    request: {
      sender: textOf(sender),
      recipients: listOf(recipients).map(textOf),
      message: hide(textOf(message)),
    },
    response: { error: hide(textOf(error)) },
  };
}
