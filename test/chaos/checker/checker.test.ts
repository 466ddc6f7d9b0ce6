import { describe, expect, test } from "vitest";
import { check } from "./checker.ts";
import { SyntheticRun } from "./synthetic-run.ts";

/** The invariants that a run breaks, once each. */
function broken(spoil: (run: SyntheticRun) => void): string[] {
  const run = new SyntheticRun();
  spoil(run);
  return [...new Set(check(run.evidence()).map((violation) => violation.invariant))];
}

test("a flawless run breaks nothing", () => {
  expect(broken(() => {})).toEqual([]);
});

describe("the log of the receiver", () => {
  test("without a line is noticed, and what the line told is missed", () => {
    for (const line of [2, 4])
      expect(broken((run) => (run.calls = run.calls.filter((call) => call.line !== line)))).toEqual(["log", "I2"]);
  });

  test("without the line of a refusal is missed too", () => {
    const refusal = (run: SyntheticRun): void => {
      run.call({ status: 503, receivedAtMs: 500, answeredAtMs: 520 });
      run.retell("one", (entry) => [
        { ...entry, type: "attempt_failed", atWallMs: 525 },
        { ...entry, attempt: 2 },
      ]);
    };
    expect(broken(refusal)).toEqual([]);
    const withoutIt = broken((run) => {
      refusal(run);
      run.calls.pop();
    });
    expect(withoutIt).toEqual(["I2"]);
  });
});

describe("I1", () => {
  test("an acknowledged start without a job", () => {
    expect(broken((run) => (run.jobs = run.jobs.filter((job) => job.marker === "b")))).toEqual(["I1"]);
  });

  test("a start that became two jobs", () => {
    expect(broken((run) => run.jobs.push(...run.jobs.map((job) => ({ ...job, id: "other" }))))).toEqual(["I1"]);
  });

  test("a repeated start that was given another id", () => {
    const run = (acknowledged: string[]) => (spoilt: SyntheticRun) =>
      (spoilt.starts = spoilt.starts.map((start) => (start.marker === "a" ? { ...start, acknowledged } : start)));
    expect(broken(run(["id-a", "id-a"]))).toEqual([]);
    expect(broken(run(["id-a", "id-x"]))).toEqual(["I1"]);
  });

  test("a job that nobody started", () => {
    expect(broken((run) => (run.starts = run.starts.slice(1)))).toEqual(["I1"]);
  });
});

describe("I2", () => {
  test("a done job whose step was never received", () => {
    const found = broken((run) => {
      run.calls = run.calls
        .filter((call) => call.marker !== "a" || call.task !== "two")
        .map((call, index) => ({ ...call, line: index + 1 }));
    });
    expect(found).toEqual(["I2"]);
  });

  test("a result that no answer brought", () => {
    expect(broken((run) => run.recall("two", ({ answeredAtMs: _answered, ...call }) => call))).toEqual(["I2"]);
    expect(broken((run) => run.recall("two", (call) => ({ ...call, status: 503 })))).toEqual(["I2"]);
  });

  test("another idempotency key at the second attempt", () => {
    const again = (idempotencyKey: string) => (run: SyntheticRun) =>
      run.call({ status: 503, receivedAtMs: 500, answeredAtMs: 520, idempotencyKey });
    expect(broken(again("key-a-one"))).toEqual([]);
    expect(broken(again("key-new"))).toEqual(["I2"]);
  });

  test("one key for two steps", () => {
    expect(broken((run) => run.recall("two", (call) => ({ ...call, idempotencyKey: "key-a-one" })))).toEqual(["I2"]);
  });
});

describe("I3", () => {
  test("a result under a fence that was passed on before", () => {
    const lost = { atWallMs: 1050, type: "worker_lost", fence: 1 };
    const resultUnder = (fence: number) => (run: SyntheticRun) => {
      run.rejob((job) => ({
        ...job,
        history: job.history.map((entry) => (entry.fence === undefined ? entry : { ...entry, worker: "w2", fence: 2 })),
      }));
      run.retell("one", (entry) => [lost, { ...entry, worker: fence === 1 ? "w1" : "w2", fence }]);
    };
    expect(broken(resultUnder(2))).toEqual([]);
    expect(broken(resultUnder(1))).toEqual(["I3"]);
  });

  test("a fence that goes back", () => {
    expect(broken((run) => run.retell("one", (entry) => [{ ...entry, fence: 2 }]))).toEqual(["I3"]);
  });

  test("one fence for two workers", () => {
    expect(broken((run) => run.retell("two", (entry) => [{ ...entry, worker: "w2" }]))).toEqual(["I3"]);
  });

  test("a task that ends twice", () => {
    expect(broken((run) => run.retell("two", (entry) => [entry, entry]))).toEqual(["I2", "I3"]);
  });
});

describe("I4", () => {
  test("a step that was called before the result of the step before it was recorded", () => {
    expect(broken((run) => run.retell("one", (entry) => [{ ...entry, atWallMs: 2100 }]))).toEqual(["I4"]);
  });

  test("a step that was called though the step before it had to be repeated", () => {
    const found = broken((run) => {
      run.kill("worker-1", 2200);
      run.call({ receivedAtMs: 2300, answeredAtMs: 2400, incarnation: "worker-2" });
    });
    expect(found).toContain("I4");
  });
});

describe("I5", () => {
  const again = (run: SyntheticRun, receivedAtMs = 1050): void =>
    run.call({ receivedAtMs, answeredAtMs: receivedAtMs + 20, incarnation: "worker-2" });
  const unanswered = (run: SyntheticRun): void => run.recall("one", ({ answeredAtMs: _answered, ...call }) => call);

  test("a repeated call that nothing explains", () => {
    expect(broken((run) => again(run))).toEqual(["I5"]);
  });

  test("a call that was open when its worker was killed may be repeated", () => {
    const killedAt = (atMs: number) => (run: SyntheticRun) => {
      unanswered(run);
      run.kill("worker-1", atMs);
      again(run);
    };
    expect(broken(killedAt(1020))).toEqual([]);
    expect(broken(killedAt(900)), "it was sent before, and received later").toEqual([]);
    expect(broken(killedAt(700)), "nothing is on its way for so long").toEqual(["I5"]);
    expect(broken(killedAt(1070))).toEqual(["I5"]);
  });

  test("a call that was answered just before its worker was killed may be repeated, one of long ago may not", () => {
    const answered = (answeredAtMs: number) => (run: SyntheticRun) => {
      run.retell("one", (entry) => [{ ...entry, atWallMs: 1990 }]);
      run.recall("one", (call) => ({ ...call, receivedAtMs: answeredAtMs - 1, answeredAtMs }));
      run.kill("worker-1", 1800);
      again(run, 1900);
    };
    expect(broken(answered(1750))).toEqual([]);
    expect(broken(answered(1200))).toEqual(["I5"]);
  });

  test("a call after the result was recorded", () => {
    const found = broken((run) => {
      run.kill("worker-1", 1115);
      again(run, 1200);
    });
    expect(found).toEqual(["I5"]);
  });

  test("a call whose worker was stopped beyond its lease may be repeated, one of a shorter stop may not", () => {
    const stopped = (untilMs: number) => (run: SyntheticRun) => {
      unanswered(run);
      run.retell("one", (entry) => [{ ...entry, atWallMs: 1990 }]);
      run.stop("worker-1", 1010, untilMs);
      again(run, 1900);
    };
    expect(broken(stopped(2500))).toEqual([]);
    expect(broken(stopped(1500))).toEqual(["I5"]);
  });

  test("a call that was open when an outage of the store made its worker give up its lease may be repeated", () => {
    const gaveUp = (atMs: number, outage: readonly [number, number] | undefined) => (run: SyntheticRun) => {
      unanswered(run);
      run.retell("one", (entry) => [{ ...entry, atWallMs: 1990 }]);
      if (outage !== undefined) run.outage(...outage);
      run.giveUp("worker-1", atMs);
      again(run, 1900);
    };
    expect(broken(gaveUp(1600, [950, 1500]))).toEqual([]);
    expect(broken(gaveUp(1600, undefined))).toEqual(["I5"]); // for no reason
    expect(broken(gaveUp(1600, [1650, 1700]))).toEqual(["I5"]); // before the outage
    expect(broken(gaveUp(1600, [200, 900]))).toEqual(["I5"]); // long after it
    expect(broken(gaveUp(900, [850, 950]))).toEqual(["I5"]); // before the call
    expect(broken(gaveUp(1950, [950, 1500]))).toEqual(["I5"]); // after the repetition
  });

  test("a stopped worker's call that leaves after the stop is no repetition", () => {
    const found = broken((run) => {
      run.stop("worker-2", 800, 2000);
      again(run, 2100);
    });
    expect(found).toEqual([]);
  });

  test("a refused call may be repeated once it was answered", () => {
    const refused = (answeredAtMs: number) => (run: SyntheticRun) =>
      run.call({ status: 503, receivedAtMs: 950, answeredAtMs });
    expect(broken(refused(990))).toEqual([]);
    expect(broken(refused(1010))).toEqual(["I5"]);
  });
});

describe("I6", () => {
  test("a job that stays unfinished", () => {
    expect(broken((run) => run.rejob((job) => ({ ...job, status: "processing" })))).toEqual(["I6"]);
  });

  test("a job that failed although every refusal was to be retried", () => {
    expect(broken((run) => run.rejob((job) => ({ ...job, status: "failed" })))).toEqual(["I6"]);
  });

  test("a start that was never acknowledged", () => {
    const found = broken((run) => (run.starts = run.starts.map((start) => ({ ...start, acknowledged: [] }))));
    expect(found).toEqual(["I6"]);
  });
});
