import { expect, test } from "vitest";
import type { Condition } from "../../../../src/model/condition.ts";
import { loop, sequence, setVariable, task, valueOf, workflow } from "../../../support/sample-workflow.ts";
import { after, asks, at, failedForGood } from "../situation.ts";
import { bringing, ended, held, statuses } from "./moves.ts";

const more: Condition = { op: "holds", value: valueOf("result", "page", ["next"]) };
const page = (path: string) => task(path, { name: "page" });

test("asked after each turn, it has one turn at least, and its tasks are executed anew in each", () => {
  const model = workflow(sequence(loop("0", page("0/0"), { while: more }), task("1")));
  let job = held(model);
  expect(statuses(job)).toEqual({ "0/0": "scheduled" });
  job = ended(model, job, ["0/0", bringing({ next: 2 })], ["0/0", bringing({ next: 3 }), 1]);
  expect(statuses(job)).toMatchObject({ "0/0": "completed", "0/0#1": "completed", "0/0#2": "scheduled" });
  job = ended(model, job, ["0/0", bringing({ next: null }), 2]);
  expect(statuses(job)).toMatchObject({ "0/0#2": "completed", "1": "scheduled" });
});

test("asked before each turn, it may have none", () => {
  const model = workflow(sequence(loop("0", page("0/0"), { while: more, asked: "before" }), task("1")));
  expect(statuses(held(model))).toEqual({ "0": "completed", "1": "scheduled" });
});

test.each(["before", "after"] as const)("asked %s, it fails when it would go on after its last turn", (asked) => {
  const model = workflow(loop("0", page("0/0"), { while: { op: "holds", value: true }, asked, maxTurns: 2 }));
  const job = ended(model, held(model), "0/0", ["0/0", bringing({}), 1]);
  expect(job).toMatchObject({
    status: "failed",
    error: { code: "too_many_turns", message: expect.stringContaining("after 2 turns") },
  });
});

test("a failed turn ends it, and a retry goes on with that turn", () => {
  const model = workflow(loop("0", page("0/0"), { while: more }));
  const failed = ended(model, held(model), ["0/0", bringing({ next: 2 })], ["0/0", failedForGood, 1]);
  expect(failed.status).toBe("failed");
  const job = after(model, failed, asks.retry, at(9));
  expect(statuses(job)).toMatchObject({ "0/0": "completed", "0/0#1": "scheduled" });
});

test("a loop within a loop counts its iterations on", () => {
  const inner = loop("0/0", page("0/0/0"), { while: more, maxTurns: 4 });
  const outer = loop("0", inner, { while: { op: "less", left: valueOf("turn", ""), right: 1 }, maxTurns: 3 });
  const model = workflow(outer);
  let job = ended(model, held(model), ["0/0/0", bringing({ next: 2 })], ["0/0/0", bringing({}), 1]);
  expect(statuses(job)).toMatchObject({ "0/0/0": "completed", "0/0/0#1": "completed", "0/0/0#5": "scheduled" });
  job = ended(model, job, ["0/0/0", bringing({}), 5]);
  expect(job.status).toBe("completed");
});

test("one that has no task at all is over in the commit that reaches it", () => {
  const counted = { op: "less", left: valueOf("variable", "seen"), right: 4 } as const;
  const body = setVariable("0/0", { seen: valueOf("turn", "") });
  const model = workflow(sequence(task("1"), loop("0", body, { while: counted })));
  const job = ended(model, held(model), "1");
  expect(job.status).toBe("completed");
  expect(job.tasks.filter(({ path }) => path === "0/0")).toHaveLength(5);
});

test("one that would decide without end fails the job instead", () => {
  const forever = loop(
    "0",
    loop("0/0", setVariable("0/0/0", {}), { while: { op: "holds", value: true }, maxTurns: 9_999 }),
    {
      while: { op: "holds", value: true },
      maxTurns: 9_999,
    },
  );
  const job = after(
    workflow(sequence(task("1"), forever)),
    held(workflow(sequence(task("1"), forever))),
    asks.cancel,
    at(1),
  );
  expect(job.status).toBe("terminated");
  const model = workflow(sequence(task("1"), forever));
  expect(ended(model, held(model), "1")).toMatchObject({
    status: "failed",
    error: { code: "too_many_task_executions" },
  });
});
