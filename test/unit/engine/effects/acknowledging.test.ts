import { expect, test } from "vitest";
import type { Job } from "../../../../src/model/job/job.ts";
import type { CancelJob } from "../../../../src/model/job/outward/effect.ts";
import { nextEffectId } from "../../../../src/model/job/outward/effect.ts";
import { sequence, task, workflow } from "../../../support/sample-workflow.ts";
import { after, asks, at, begin, changeBy, claimed, ignoredFor, startedJob } from "../situation.ts";

const model = workflow(sequence(task("a"), task("b")));

function effect(id: number): CancelJob {
  return { kind: "cancel_job", id, at: begin, job: "other", by: "ada" };
}

function owing(...ids: readonly number[]): Job {
  return startedJob(model, { effects: ids.map(effect) });
}

const done = (...ids: readonly number[]) => ({ kind: "effects_delivered", ids, refused: [] }) as const;

test("what was done is owed no more, the rest is, and nothing else of the job changes", () => {
  const job = claimed(owing(1, 2, 3));
  const acknowledged = after(model, job, done(1, 3), at(5));
  expect(acknowledged).toEqual({ ...job, version: job.version + 1, effects: [effect(2)] });
  expect(after(model, acknowledged, done(2), at(6))).not.toHaveProperty("effects");
});

test("an ended job's effects are acknowledged too", () => {
  const ended = after(model, owing(1), asks.cancel, at(5));
  expect(ended).toMatchObject({ status: "terminated", effects: [effect(1)] });
  expect(after(model, ended, done(1), at(6))).not.toHaveProperty("effects");
});

test("a late acknowledgement changes nothing", () => {
  expect(ignoredFor(model, owing(7), done(1, 2), at(5))).toBe("applied_before");
  expect(ignoredFor(model, startedJob(model), done(1), at(5))).toBe("applied_before");
});

test("what can never be done is told in the history, once", () => {
  const error = { code: "child_not_started", message: "Workflow x could not be started" };
  const event = { ...done(1, 2), refused: [{ id: 1, error }] };
  expect(changeBy(model, owing(1, 2), event, at(5)).history).toMatchObject([{ type: "start_refused", error }]);
  expect(changeBy(model, owing(2), event, at(5)).history).toEqual([]);
});

test("ids of effects only grow, within a change and from version to version", () => {
  const first = nextEffectId(4, []);
  const second = nextEffectId(4, [effect(first)]);
  expect(second).toBeGreaterThan(first);
  expect(nextEffectId(5, [effect(second)])).toBeGreaterThan(second);
  expect(nextEffectId(5, [])).toBeGreaterThan(second);
});
