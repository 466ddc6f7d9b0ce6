import type { HistoryEntry } from "../../../model/job/history.ts";

/** Failures of attempts that sent nothing: whom they would have called knows nothing of them. */
const sentNothing: ReadonlySet<string> = new Set([
  "dns_failed",
  "connect_failed",
  "connect_timeout",
  "tls_failed",
  "address_refused",
  "request_invalid",
  "subject_invalid",
  "mail_invalid",
  "command_invalid",
  "binary_refused",
  "not_started",
  "not_configured",
  "no_stream",
  "not_permitted",
  "auth_failed",
  "login_failed",
  "login_insecure",
  "render_failed",
  "unknown_task_type",
]);

/** Whether an attempt that ended so may have reached whom it called. */
export function mayHaveReached({ type, answer, error }: Pick<HistoryEntry, "type" | "answer" | "error">): boolean {
  if (type === "task_completed" || answer !== undefined) return true;
  return error === undefined || !sentNothing.has(error.code);
}
