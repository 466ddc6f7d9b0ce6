import { expect, test } from "vitest";
import { formatProblems } from "../../../src/definitions/format-problems.ts";
import { definition, load, withTask } from "./definition-files.ts";

const anUndo = { type: "http", http: { uri: "http://service/" } };
const longName = "n".repeat(201);

test.each<[what: string, document: unknown, at: string, message: RegExp, suggestion?: string]>([
  ["no object", [1], "", /must be an object, not an array/],
  ["no name", definition({ name: undefined }), "", /must have a name/],
  ["an empty name", definition({ name: "" }), "/name", /must have a name/],
  ["a name of the wrong type", definition({ name: 7 }), "/name", /must be a text, not 7/],
  ["a name that the API uses", definition({ name: "batch" }), "/name", /cannot be called "batch"/],
  ["a name with a slash", definition({ name: "a/b" }), "/name", /letters, digits/],
  ["a name that is too long", definition({ name: longName }), "/name", /up to 200/],
  ["a version that is no number", definition({ version: "4" }), "/version", /whole number from 0 .* not "4"/],
  ["a negative version", definition({ version: -1 }), "/version", /whole number/],
  ["the other dialect", definition({ schemaVersion: 2 }), "/schemaVersion", /conductor dialect.*not available/],
  ["an unknown dialect", definition({ schemaVersion: 9 }), "/schemaVersion", /must be 0 or 1, not 9/],
  ["a misspelt field", definition({ inputParamters: [] }), "/inputParamters", /unknown field/, '"inputParameters"'],
  ["parameters that are no array", definition({ inputParameters: "a" }), "/inputParameters", /array of texts, not "a"/],
  ["a parameter that is no text", definition({ inputParameters: [1] }), "/inputParameters/0", /text/],
  ["a parameter twice", definition({ inputParameters: ["a", "a"] }), "/inputParameters/1", /twice/],
  ["a parameter in both lists", definition({ optionalParameters: ["device_id"] }), "/optionalParameters/0", /too/],
  ["a secret that is no parameter", definition({ secretParameters: ["x"] }), "/secretParameters/0", /neither/],
  ["a topic with a comma", definition({ topic: "a,b" }), "/topic", /no spaces, commas and stars, not "a,b"/],
  ["all topics", definition({ topic: "*" }), "/topic", /no spaces, commas and stars/],
  ["a topic that is no text", definition({ topic: 7 }), "/topic", /must be a text, not 7/],
  ["a time-out of nothing", definition({ timeout: 0 }), "/timeout", /number of seconds/],
  ["a cap of nothing", definition({ maxRunning: 0 }), "/maxRunning", /whole number from 1 to 100000, not 0/],
  ["a priority that is none", definition({ priority: "high" }), "/priority", /whole number from 1 to 9, not "high"/],
  ["too many retries of a job", definition({ retries: 256 }), "/retries", /from 0 to 255, not 256/],
  [
    "a job's delay that is no number",
    definition({ retries: 1, retryDelaySeconds: "1" }),
    "/retryDelaySeconds",
    /number/,
  ],
  [
    "a misspelt field of a job's backoff",
    definition({ retries: 1, backoff: { factr: 2 } }),
    "/backoff/factr",
    /unknown field "factr"/,
    '"factor"',
  ],
  [
    "itself when it failed",
    definition({ onFailure: "greet" }),
    "/onFailure",
    /cannot be started because a job of its own/,
  ],
  [
    "no name of a workflow",
    definition({ onFailure: "a/b" }),
    "/onFailure",
    /must be the name of a workflow, not "a\/b"/,
  ],
  ["no text for a workflow", definition({ onFailure: 1 }), "/onFailure", /must be a text, not 1/],
  ["a job's retryOn", definition({ retries: 1, retryOn: ["5xx"] }), "/retryOn", /unknown field "retryOn"/],
  ["no tasks", definition({ tasks: undefined }), "", /must have tasks/],
  [
    "a number as a text",
    withTask({}, { headers: { "X-V": 5 } }),
    "/tasks/0/http/headers/X-V",
    /not a number: quote it$/,
  ],
  [
    "a truth value as a text",
    withTask({}, { payload: true }),
    "/tasks/0/http/payload",
    /not a truth value: quote it$|boolean: quote it$/,
  ],
  ["an array as a text", withTask({}, { payload: ["a"] }), "/tasks/0/http/payload", /must be a text, not an array$/],
  ["an empty list of tasks", definition({ tasks: [] }), "/tasks", /at least one task/],
  ["a task that is no object", definition({ tasks: ["call"] }), "/tasks/0", /must be an object, not "call"/],
  ["a task without a name", withTask({ name: undefined }), "/tasks/0/name", /must have a name/],
  ["a task without a type", withTask({ type: undefined }), "/tasks/0", /must have a type; available: http/],
  ["a misspelt type", withTask({ type: "htpp" }), "/tasks/0/type", /unknown type "htpp"/, '"http"'],
  [
    "a type of a later version",
    withTask({ type: "cli" }),
    "/tasks/0/type",
    /not available in this version; available: http/,
  ],
  ["a task without its part", definition({ tasks: [{ name: "a", type: "http" }] }), "/tasks/0", /needs a part "http"/],
  ["too many retries", withTask({ retries: 256 }), "/tasks/0/retries", /from 0 to 255, not 256/],
  ["a negative delay", withTask({ retryDelaySeconds: -1 }), "/tasks/0/retryDelaySeconds", /number of seconds/],
  ["a misspelt fate", withTask({ whenLost: "rerty" }), "/tasks/0/whenLost", /must be "retry" or "fail"/, '"retry"'],
  [
    "a misspelt failure",
    withTask({ retries: 1, retryOn: ["5xx", "conection"] }),
    "/tasks/0/retryOn/1",
    /unknown failure "conection"; known are connection, timeout, dns_failed, .* and 4xx or 5xx/,
    '"connection"',
  ],
  ["a class in capitals", withTask({ retries: 1, retryOn: ["5XX"] }), "/tasks/0/retryOn/0", /unknown failure/, '"5xx"'],
  ["a status that there is not", withTask({ retries: 1, retryOn: [99] }), "/tasks/0/retryOn/0", /unknown failure 99/],
  ["a failure outside of an array", withTask({ retries: 1, retryOn: "5xx" }), "/tasks/0/retryOn", /array .*not "5xx"/],
  ["no failure at all", withTask({ retries: 1, retryOn: [] }), "/tasks/0/retryOn", /at least one failure/],
  [
    "a misspelt field of a backoff",
    withTask({ retries: 1, backoff: { factr: 2 } }),
    "/tasks/0/backoff/factr",
    /unknown field "factr"; known are factor, maxDelaySeconds, jitter/,
    '"factor"',
  ],
  [
    "a shrinking backoff",
    withTask({ retries: 1, backoff: { factor: 0.9 } }),
    "/tasks/0/backoff/factor",
    /from 1 to 100/,
  ],
  [
    "a jitter of the wrong type",
    withTask({ retries: 1, backoff: { jitter: "full" } }),
    "/tasks/0/backoff/jitter",
    /must be true or false, not "full"/,
  ],
  [
    "a maximum below the first delay",
    withTask({ retries: 1, retryDelaySeconds: 10, backoff: { maxDelaySeconds: 5 } }),
    "/tasks/0/backoff/maxDelaySeconds",
    /at least the first delay, which is 10 s/,
  ],
  [
    "an undo that is no object",
    withTask({ undo: "DELETE" }),
    "/tasks/0/undo",
    /must be an object with a type and its part/,
  ],
  ["an undo without a type", withTask({ undo: {} }), "/tasks/0/undo", /must have a type; available: http/],
  ["an undo without its part", withTask({ undo: { type: "http" } }), "/tasks/0/undo", /needs a part "http"/],
  ["an undo with a name", withTask({ undo: { ...anUndo, name: "x" } }), "/tasks/0/undo/name", /unknown field "name"/],
  ["an undo of an undo", withTask({ undo: { ...anUndo, undo: anUndo } }), "/tasks/0/undo/undo", /unknown field "undo"/],
  [
    "a misspelt field of an undo",
    withTask({ undo: { ...anUndo, retrys: 1 } }),
    "/tasks/0/undo/retrys",
    /unknown field/,
    '"retries"',
  ],
  [
    "a reference of an undo to nothing",
    withTask({ undo: { type: "http", http: { uri: "http://service/${cal.json.id}" } } }),
    "/tasks/0/undo/http/uri",
    /there is no task "cal"/,
    '"call"',
  ],
  ["a misspelt field of a task", withTask({ retrys: 1 }), "/tasks/0/retrys", /unknown field/, '"retries"'],
  ["a misspelt field of the part", withTask({}, { metod: "PUT" }), "/tasks/0/http/metod", /unknown field/, "method"],
  [
    "a misspelt parameter",
    withTask({}, { uri: "http://a/${workflow.input.devise_id}" }),
    "/tasks/0/http/uri",
    /not declared; declared are device_id/,
    "${workflow.input.device_id}",
  ],
  [
    "a misspelt root",
    withTask({}, { uri: "http://a/${worklow.input.device_id}" }),
    "/tasks/0/http/uri",
    /refers to nothing/,
    "${workflow.input.device_id}",
  ],
  [
    "an unknown task",
    withTask({}, { payload: "${other.json.id}" }),
    "/tasks/0/http/payload",
    /there is no task "other"/,
  ],
  [
    "a task's own result",
    withTask({}, { payload: "${call.json.id}" }),
    "/tasks/0/http/payload",
    /does not come before this one/,
  ],
  [
    "a name without its root",
    withTask({}, { payload: "${device_id}" }),
    "/tasks/0/http/payload",
    /refers to nothing/,
    "${workflow.input.device_id}",
  ],
  ["a template without an end", withTask({}, { payload: "${workflow.input" }), "/tasks/0/http/payload", /without "}"/],
  ["a mistake in requires", withTask({ requires: ["${env.}"] }), "/tasks/0/requires/0", /refers to nothing/],
  [
    "a host from an input",
    withTask({}, { uri: "http://${workflow.input.device_id}/" }),
    "/tasks/0/http/uri",
    /must be literal/,
  ],
])("%s is refused, with its place and what would be right", async (_what, document, at, message, suggestion) => {
  const { definitions, problems } = await load({ "w.json": JSON.stringify(document) });
  expect(definitions).toEqual([]);
  const errors = problems.filter((problem) => problem.severity === "error");
  expect(errors).toEqual([expect.objectContaining({ at, message: expect.stringMatching(message), line: 1 })]);
  if (suggestion !== undefined) expect(errors[0]).toMatchObject({ suggestion });
});

test.each<[what: string, document: unknown, at: string, message: RegExp]>([
  [
    "an input that nobody declared",
    withTask({}, { payload: "${workflow.input.colour}" }),
    "/tasks/0/http/payload",
    /neither in inputParameters/,
  ],
  ["a reference to nothing", withTask({}, { payload: "${nonsense}" }), "/tasks/0/http/payload", /renders to nothing/],
  [
    "a variable that is not allowed",
    withTask({}, { payload: "${env.TOKEN}" }),
    "/tasks/0/http/payload",
    /not on the allow-list/,
  ],
  [
    "a template of another language",
    withTask({}, { contentType: "text/plain", payload: "{{.x}}" }),
    "/tasks/0/http/payload",
    /sent as it is/,
  ],
  ["failures of a task without retries", withTask({ retryOn: ["5xx"] }), "/tasks/0/retryOn", /no effect/],
  ["a backoff of nothing", withTask({ backoff: {} }), "/tasks/0/backoff", /no effect: the task has no retries/],
  [
    "a retry after the time of its task",
    withTask({ retries: 3, retryDelaySeconds: 60, totalTimeout: 60 }),
    "/tasks/0/retries",
    /no retry is ever made: the first would come 60 s after a failure, and totalTimeout is 60 s/,
  ],
  [
    "a retry of a task after the time of its job",
    { ...withTask({ retries: 3, retryDelaySeconds: 60 }), timeout: 30 },
    "/tasks/0/retries",
    /and the workflow's timeout is 30 s/,
  ],
  [
    "a retry of a job after its time",
    definition({ timeout: 30, retries: 1, retryDelaySeconds: 30, backoff: { jitter: false } }),
    "/retries",
    /no retry is ever made: .* 30 s after/,
  ],
  [
    "a retry of an undo after the time of it",
    withTask({ undo: { ...anUndo, retries: 1, retryDelaySeconds: 9, totalTimeout: 5 } }),
    "/tasks/0/undo/retries",
    /no retry is ever made/,
  ],
  [
    "a time of an attempt that is over the task's",
    withTask({ timeout: 20, totalTimeout: 10 }),
    "/tasks/0/timeout",
    /has no effect: totalTimeout, 10 s/,
  ],
  ["a text in requires that is empty", withTask({ requires: [""] }), "/tasks/0/requires/0", /the task never runs/],
  ["a part of another type", withTask({ cli: { command: ["ls"] } }), "/tasks/0/cli", /no effect/],
  [
    "two tasks of one name",
    definition({ tasks: [...(definition()["tasks"] as []), ...(definition()["tasks"] as [])] }),
    "/tasks/1/name",
    /two tasks/,
  ],
])("%s is warned of, and the workflow is taken", async (_what, document, at, message) => {
  const { definitions, problems } = await load({ "w.json": JSON.stringify(document) });
  expect(definitions).toHaveLength(1);
  expect(problems).toContainEqual(
    expect.objectContaining({ severity: "warning", at, message: expect.stringMatching(message) }),
  );
});

test.each([
  ["come in time", withTask({ retries: 3, retryDelaySeconds: 1, timeout: 10, totalTimeout: 10 })],
  ["may come in time by chance", withTask({ retries: 3, retryDelaySeconds: 60, backoff: {}, totalTimeout: 60 })],
  [
    "are those of an undo, which the job's time does not bound",
    { ...withTask({ undo: { ...anUndo, retries: 1, retryDelaySeconds: 9 } }), timeout: 5 },
  ],
])("of retries that %s nothing is said", async (_what, document) => {
  expect((await load({ "w.json": JSON.stringify(document) })).problems).toEqual([]);
});

test("every mistake of every file is told at once, by file and line", async () => {
  const broken = definition({
    version: "x",
    tasks: [
      { name: "a", type: "htpp" },
      { type: "http", http: { uri: "ftp://a" } },
    ],
  });
  const { problems } = await load({
    "b.json": JSON.stringify(broken, null, 2),
    "a.yaml": "name: ok\ntopics: x\ntasks: []\n",
  });
  const text = formatProblems(problems);
  expect(text.split("\n").map((line) => /([^/]*:\d+):\d+: error: (\S+):/.exec(line)?.slice(1, 3))).toEqual([
    ["a.yaml:2", "/topics"],
    ["a.yaml:3", "/tasks"],
    ["b.json:3", "/version"],
    ["b.json:10", "/tasks/0/type"],
    ["b.json:12", "/tasks/1/name"],
    ["b.json:15", "/tasks/1/http/uri"],
  ]);
});
