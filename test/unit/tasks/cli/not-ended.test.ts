import { expect, test } from "vitest";
import { CliFailure } from "../../../../src/tasks/cli/failure.ts";
import { failureOutcome } from "../../../../src/tasks/cli/run/outcome.ts";

test("an attempt that could not end its command says that it may live, and only such a one", () => {
  const outcomeOf = (code: "not_ended" | "not_started") =>
    failureOutcome(new CliFailure(code, "x"), (text) => text, { command: [] });
  expect(outcomeOf("not_ended")).toMatchObject({ kind: "failed", retryable: false, processesMayLive: true });
  expect(outcomeOf("not_started")).not.toHaveProperty("processesMayLive");
});
