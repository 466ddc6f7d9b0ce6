import { AsyncLocalStorage } from "node:async_hooks";
import { aroundEach, type TestContext } from "vitest";

const running = new AsyncLocalStorage<TestContext>();

aroundEach((run, context) => running.run(context, run));

/** Runs when the test is over that this is called in, the last one first. Vitest's own function of that name knows the test only where none runs beside another, so not in `test.concurrent`. */
export function onTestFinished(clean: () => unknown): void {
  const context = running.getStore();
  if (context === undefined) throw new Error("No test runs here");
  context.onTestFinished(async () => {
    await clean();
  });
}
