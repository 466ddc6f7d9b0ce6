// Fails where the tests, all of which ran (`npm test`), have not seen something of the API's description: a call, an answer, an error. What is documented is either seen to be true, or has its
// reason here.
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { errorTable } from "../../src/api/errors.ts";
import type { OpenApi } from "../../test/support/openapi/document.ts";
import { documentPath, seenFolder } from "../../test/support/openapi/places.ts";

/** Exit code of a check that could not be run here. */
const notRun = 77;

/** Answers that need not be seen of every call, each with its reason. */
const sameForAll: Readonly<Record<string, string>> = {
  "400": "one check of queries, paths and bodies refuses for all; the check `api` tries mistakes with every call",
  "401": "one gate asks for tokens, before any call",
  "403": "the same gate asks for roles, hosts and origins",
  "408": "the server answers it before there is a request",
  "413": "one reader of bodies counts for all",
  "414": "one router measures paths for all",
  "415": "one reader of bodies looks at their encodings for all",
  "417": "the server answers it before there is a request",
  "431": "the server answers it before there is a request",
  "500": "one handler answers what is thrown, and no call is known to throw",
  "503": "one handler answers it, when a store does not or is behind",
};

/** Errors that belong to no call, or that no well-behaved client can get: tests that send raw bytes have them. */
const ofNoCall: readonly string[] = [
  "route_not_found",
  "method_not_allowed",
  "request_timeout",
  "expectation_failed",
  "headers_too_large",
];

interface Seen {
  readonly operationId: string;
  readonly status: number;
  readonly code?: string;
}

function run(): number {
  const files = globSync(join(seenFolder, "*.jsonl"));
  if (files.length === 0 || !existsSync(documentPath)) {
    console.log("npm test has left no account of what it saw");
    return notRun;
  }
  const { paths } = JSON.parse(readFileSync(documentPath, "utf8")) as OpenApi;
  const lines = new Set(files.flatMap((file) => readFileSync(file, "utf8").split("\n")));
  const seen = [...lines].map((line) => JSON.parse(line) as Seen);
  const pairs = new Set(seen.map(({ operationId, status }) => `${operationId} ${status}`));
  const codes = new Set(seen.map(({ code }) => code));
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
  const unseen = operations.flatMap(({ operationId, responses }) =>
    Object.keys(responses)
      .filter((status) => !(status in sameForAll) && !pairs.has(`${operationId} ${status}`))
      .map((status) => `${operationId} ${status}`),
  );
  const untried = operations.filter(
    ({ operationId }) => ![...pairs].some((pair) => pair.startsWith(`${operationId} `)),
  );
  const unseenCodes = Object.keys(errorTable).filter((code) => !codes.has(code) && !ofNoCall.includes(code));
  for (const { operationId } of untried) console.error(`no test calls ${operationId}`);
  for (const answer of unseen) console.error(`no test has seen ${answer}: try it, or do not document it`);
  for (const code of unseenCodes) console.error(`no test has seen the error ${code} of a documented call`);
  console.log(`${pairs.size} kinds of answers seen, ${unseen.length} not`);
  return untried.length + unseen.length + unseenCodes.length > 0 ? 1 : 0;
}

process.exitCode = run();
