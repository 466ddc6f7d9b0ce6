/** Fields of a document of this dialect. */
export const workflowFields = [
  "name",
  "description",
  "version",
  "schemaVersion",
  "topic",
  "ephemeral",
  "inputParameters",
  "optionalParameters",
  "secretParameters",
  "searchable",
  "timeout",
  "maxRunning",
  "priority",
  "retries",
  "retryDelaySeconds",
  "backoff",
  "onFailure",
  "tasks",
] as const;

/** Fields of a task beside the part that is named after its type. */
export const taskFields = [
  "name",
  "type",
  "retries",
  "retryDelaySeconds",
  "backoff",
  "retryOn",
  "whenLost",
  "timeout",
  "totalTimeout",
  "requires",
  "undo",
] as const;

/** Fields of a task's `undo` beside the part that is named after its type. */
export const undoFields = taskFields.filter((field) => field !== "name" && field !== "undo");

/** Fields of a task's `backoff`. */
export const backoffFields = ["factor", "maxDelaySeconds", "jitter"] as const;

/** Values of a task's `whenLost`. */
export const lossPolicies = ["retry", "fail"] as const;

/** Types of the dialect; which of them a process can run is another matter. */
export const taskTypes = ["http", "cli", "nats", "smtp"] as const;

/** What is said of a document without a name. */
export const nameIsMissing = "a workflow must have a name";

/** Paths of the API take these names. */
export const reservedNames: readonly string[] = ["running", "search", "bulk", "execute", "test", "batch", "family"];

export const maxNameLength = 200;
export const maxRetries = 255;
export const maxFactor = 100;
/** Of a workflow's jobs at once. */
export const mostRunning = 100_000;
/** A year, in seconds. */
export const maxSeconds = 31_536_000;
/** A week, in seconds: an attempt holds a slot of its worker. */
export const maxAttemptSeconds = 604_800;
