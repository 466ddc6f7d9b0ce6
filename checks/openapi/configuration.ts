import type { Site } from "./site.ts";

/** Calls that check more than their schema can say, so that a request which fits it may be refused with 400: why, and which. */
const checkedFurther: Readonly<Record<string, readonly string[]>> = {
  "times that must follow each other, cursors that a server gave, inputs that a definition names as searchable": [
    "listJobs",
    "cancelJobs",
    "pauseJobs",
    "resumeJobs",
    "retryJobs",
    "restartJobs",
    "skipJobs",
    "deleteJobs",
  ],
  "a time or a number of seconds in one text, and the inputs that the workflow needs": [
    "startJob",
    "startJobAsOriginal",
    "startJobs",
  ],
  "the whole of a definition, whose schema `workflows schema` prints": ["addDefinition"],
  "which tasks the job has": ["retryJob", "skipJob", "restartJob"],
};

/** How schemathesis treats our API, as TOML. */
export function configurationFor({ jobIds }: Pick<Site, "jobIds">): string {
  const further = Object.entries(checkedFurther).map(
    ([why, operations]) => `# ${why}
[[operations]]
include-operation-id = ${JSON.stringify(operations)}
checks.positive_data_acceptance.enabled = false
`,
  );
  const ids = jobIds.length === 0 ? ["0123456789abcdef01234567"] : jobIds;
  return `request-timeout = 20

[dictionaries.ids]
values = ${JSON.stringify(ids)}
[dictionaries.names]
values = ["greet", "broken"]
[parameters]
"query.wait" = "0.05" # others would wait for up to a minute
"path.id" = { dictionary = "ids", probability = 0.6 }
"path.name" = { dictionary = "names", probability = 0.6 }

# Beside what it knows: too large, too long a path, and headers that do not fit
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 413, 414, 415, 422, 428, 429, 431, "5xx"]

# Streams end with their job, or never
[[operations]]
include-operation-id = ["watchJob", "watchJobs"]
enabled = false

${further.join("\n")}`;
}
