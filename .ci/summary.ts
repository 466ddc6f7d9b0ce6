// Adds up what `npm test` and `npm run check` left behind. Nothing may be missing: a report that is not there, a kind of
// test without a test and a test that was skipped count as failures.
import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";

interface TestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly success: boolean;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      /** Of a test that passed: of its first try. */
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

const kinds = ["unit", "contract", "e2e", "chaos", "docs"];

/** End-to-end tests run once on each store, but for those that are about one of them or none, and for commands that ask the API, which is tested on both. */
const onOneStore = ["sqlite", "mongodb", "without-store", "commands/client"].map((folder) => `test/e2e/${folder}/`);
const stores = 2;

let passed = 0;
let failed = 0;

function fail(reason: string): void {
  console.log(`failed: ${reason}`);
  failed += 1;
}

function firstLine(text: string): string {
  return text.slice(0, text.search(/\n|$/));
}

if (existsSync(".cache/tests.json")) {
  const tests = JSON.parse(readFileSync(".cache/tests.json", "utf8")) as TestReport;
  passed += tests.numPassedTests;
  const files = tests.testResults.map(({ name }) => relative(process.cwd(), name));
  for (const { name, status, assertionResults } of tests.testResults) {
    const file = relative(process.cwd(), name);
    for (const test of assertionResults) {
      if (test.status !== "passed") fail(`${file}: ${test.fullName}: ${test.status}`);
      else if (test.failureMessages.length > 0)
        console.log(`passed at the second try: ${file}: ${test.fullName}: ${firstLine(test.failureMessages[0] ?? "")}`);
    }
    if (status !== "passed" && assertionResults.every((test) => test.status === "passed")) fail(`${file}: did not run`);
  }
  for (const kind of kinds) if (!files.some((file) => file.startsWith(`test/${kind}/`))) fail(`no ${kind} test ran`);
  for (const file of new Set(files)) {
    if (!file.startsWith("test/e2e/") || onOneStore.some((folder) => file.startsWith(folder))) continue;
    const times = files.filter((other) => other === file).length;
    if (times !== stores) fail(`${file}: ran ${times} times, not once on each of ${stores} stores`);
  }
  if (!tests.success && failed === 0) fail("the test run reports an error outside of the tests");
} else {
  fail("npm test left no report");
}

if (existsSync(".cache/checks.json")) {
  const checks = JSON.parse(readFileSync(".cache/checks.json", "utf8")) as { passed: number; failed: number };
  passed += checks.passed;
  failed += checks.failed;
} else {
  fail("npm run check left no report");
}

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
