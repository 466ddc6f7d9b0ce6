import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Workflows } from "../../../src/client/workflows.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const month = 30 * 24 * 3600 * 1000; // more than a timer takes
const once = { attempts: 1 };

/** No answer, until the client has enough of it. */
function unanswered(_url: string, { signal }: RequestInit): Promise<Response> {
  return new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason as Error)));
}

/** How a call ended, once it has. */
function outcomeOf(call: Promise<unknown>): { is: unknown } {
  const outcome: { is: unknown } = { is: "pending" };
  call.then(
    () => (outcome.is = "done"),
    (error: unknown) => (outcome.is = error),
  );
  return outcome;
}

test("a limit of a month is over after a month", async () => {
  const url = "http://127.0.0.1:9";
  const never = Number.POSITIVE_INFINITY;
  const patient = new Workflows({ url, fetch: unanswered, timeoutMs: never });
  const month1 = new Workflows({ url, fetch: unanswered, timeoutMs: month, retry: once });
  const calls = [
    outcomeOf(patient.wait("1", { timeoutMs: month })),
    outcomeOf(month1.jobs.get("1")),
    outcomeOf(month1.watch("1").next()),
  ];
  const endless = [outcomeOf(patient.wait("1", { timeoutMs: never })), outcomeOf(patient.jobs.get("1"))];
  await vi.advanceTimersByTimeAsync(month - 1);
  for (const { is } of [...calls, ...endless]) expect(is).toBe("pending");
  await vi.advanceTimersByTimeAsync(1);
  for (const { is } of calls) expect(String(is)).toMatch(`within ${month} ms`);
  await vi.advanceTimersByTimeAsync(month);
  for (const { is } of endless) expect(is).toBe("pending");
});

test("a stream may be silent for a month, where that is allowed, and a server may ask for a rest of one", async () => {
  let calls = 0;
  const fetch = (): Promise<Response> => {
    calls += 1;
    const rest = { "retry-after": String(month / 1000), "content-type": "application/json" };
    if (calls === 2)
      return Promise.resolve(new Response(`{"error":"No","code":"overloaded"}`, { status: 503, headers: rest }));
    const headers = { "content-type": "text/event-stream" };
    return Promise.resolve(new Response(new ReadableStream(), { headers }));
  };
  const client = new Workflows({ url: "http://127.0.0.1:9", fetch, retry: { ...once, firstDelayMs: 0 } });
  const outcome = outcomeOf(client.watch("1", { silenceMs: month }).next());
  await vi.advanceTimersByTimeAsync(month - 1);
  expect(calls).toBe(1);
  await vi.advanceTimersByTimeAsync(10);
  expect(calls).toBe(2);
  await vi.advanceTimersByTimeAsync(month - 20);
  expect(calls).toBe(2);
  await vi.advanceTimersByTimeAsync(20);
  expect([calls, outcome.is]).toEqual([3, "pending"]);
});

test("a walk over many jobs lets a store rest that takes no more", async () => {
  let calls = 0;
  const fetch = (): Promise<Response> => {
    calls += 1;
    const stopped = { code: "overloaded", error: "Too much" };
    return Promise.resolve(
      Response.json({ done: 1, remain: 3 - calls, ...(calls === 1 && { stopped }), next: calls < 3 ? "c" : null }),
    );
  };
  const walk = new Workflows({ url: "http://127.0.0.1:9", fetch }).jobs.bulkAll("retry", { all: true });
  await walk.next();
  const second = walk.next();
  await vi.advanceTimersByTimeAsync(999);
  expect(calls).toBe(1);
  await vi.advanceTimersByTimeAsync(201);
  await second;
  await walk.next(); // without a rest: the clock stands
  expect(calls).toBe(3);
});
