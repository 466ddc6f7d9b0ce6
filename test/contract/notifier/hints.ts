import { expect, onTestFinished, test } from "vitest";
import type { Hint, Notifier } from "../../../src/notifier/notifier.ts";
import { eventually } from "../../support/eventually.ts";
import { jobIdOf } from "../../support/jobs.ts";

/** A notifier, gone when the test is over. */
export type FreshNotifier = () => Promise<Notifier>;

/** Two processes on one bus. */
export type FreshPair = () => Promise<{
  readonly here: Notifier;
  /** Does something in the other process of which this one should be told. */
  readonly elsewhere: () => Promise<void>;
}>;

export function hintsWithinAProcess(freshNotifier: FreshNotifier): void {
  test("every subscriber is told at once, and gets what was published", async () => {
    const notifier = await freshNotifier();
    const [first, second]: [Hint[], Hint[]] = [[], []];
    notifier.subscribe((hint) => first.push(hint));
    notifier.subscribe((hint) => second.push(hint));
    const hints: Hint[] = [{ kind: "ready" }, { kind: "revoked", jobId: jobIdOf("a") }];
    for (const hint of hints) notifier.publish(hint);
    expect(first).toEqual(hints);
    expect(second).toEqual(hints);
  });

  test("each has an address of its own, which jobs that are assigned to a worker of its process name", async () => {
    const [notifier, other] = [await freshNotifier(), await freshNotifier()];
    expect(notifier.address).toMatch(/^[0-9a-f]{16,}$/);
    expect(other.address).not.toBe(notifier.address);
    const heard: Hint[] = [];
    notifier.subscribe((hint) => heard.push(hint));
    const assigned: Hint = { kind: "assigned", to: notifier.address, worker: "w1", jobs: [jobIdOf("a")] };
    notifier.publish(assigned);
    expect(heard).toEqual([assigned]);
  });

  test("a subscription that was ended is not told, others of the same listener are", async () => {
    const notifier = await freshNotifier();
    let told = 0;
    const listener = (): void => {
      told++;
    };
    const end = notifier.subscribe(listener);
    notifier.subscribe(listener);
    notifier.publish({ kind: "ready" });
    expect(told).toBe(2);
    end();
    end();
    notifier.publish({ kind: "ready" });
    expect(told).toBe(3);
  });

  test("a listener that throws harms neither the publisher nor the next listener", async () => {
    const notifier = await freshNotifier();
    const warnings: string[] = []; // also those of others, such as of Node
    const warn = ({ message }: Error): void => void warnings.push(message);
    process.on("warning", warn);
    onTestFinished(() => void process.off("warning", warn));
    notifier.subscribe(() => {
      throw new Error("a fault of the listener");
    });
    let told = 0;
    notifier.subscribe(() => {
      told++;
    });
    notifier.publish({ kind: "ready" });
    expect(told).toBe(1);
    await eventually("the fault is told", () => warnings.includes("a fault of the listener"));
  });

  test("a listener may end its subscription, or begin another, while it is told", async () => {
    const notifier = await freshNotifier();
    const told: string[] = [];
    const end = notifier.subscribe(() => {
      told.push("once");
      end();
      notifier.subscribe(() => told.push("later"));
    });
    notifier.publish({ kind: "ready" });
    notifier.publish({ kind: "ready" });
    expect(told).toEqual(["once", "later"]);
  });

  test("after its close nobody is told", async () => {
    const notifier = await freshNotifier();
    let told = 0;
    notifier.subscribe(() => {
      told++;
    });
    await notifier.close();
    notifier.subscribe(() => {
      told++;
    });
    notifier.publish({ kind: "ready" });
    expect(told).toBe(0);
  });
}

/** The next hint that arrives. */
function nextHint(notifier: Notifier): Promise<Hint> {
  return new Promise((resolve) => {
    const end = notifier.subscribe((hint) => {
      end();
      resolve(hint);
    });
  });
}

export function hintsBetweenProcesses(freshPair: FreshPair): void {
  test("what another process does is heard, again and again", async () => {
    const { here, elsewhere } = await freshPair();
    for (let round = 0; round < 5; round++) {
      const heard = nextHint(here);
      await elsewhere();
      expect((await heard).kind).toMatch(/^(changed|ready)$/);
    }
  });

  test("what two others do is heard by all who listen", async () => {
    const { here, elsewhere } = await freshPair();
    const heard = Promise.all([nextHint(here), nextHint(here)]);
    await Promise.all([elsewhere(), elsewhere()]);
    expect(await heard).toHaveLength(2);
  });
}
