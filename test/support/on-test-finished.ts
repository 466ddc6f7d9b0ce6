import { AsyncLocalStorage } from "node:async_hooks";
import type { TestContext } from "vitest";

/** The test in which code runs; `set-running-test.ts` sets it. */
export const runningTest = new AsyncLocalStorage<TestContext>();

/** Runs when the test is over that this is called in, the last one first. Vitest's own function of that name knows the test only where none runs beside another, so not in `test.concurrent`. */
export function onTestFinished(clean: () => unknown): void {
  const test = runningTest.getStore();
  if (test === undefined) throw new Error("No test runs here");
  test.onTestFinished(async () => {
    await clean();
  });
}
