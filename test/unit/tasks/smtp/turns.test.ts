import { expect, test } from "vitest";
import { Turns } from "../../../../src/tasks/smtp/server/turns.ts";

const never = new AbortController().signal;

/** Notes in `order` when each has its turn. */
function asks(turns: Turns, names: readonly string[], order: string[]): Promise<void>[] {
  return names.map((name) => turns.begin(never).then(() => void order.push(name)));
}

test("those who wait get their turns in the order in which they came", async () => {
  const turns = new Turns(2);
  const order: string[] = [];
  const [a, b, c, d] = asks(turns, ["a", "b", "c", "d"], order);
  await Promise.all([a, b]);
  turns.end();
  await c;
  turns.end();
  await d;
  expect(order).toEqual(["a", "b", "c", "d"]);
});

test("who gives up waiting is told so, and takes nobody's turn", async () => {
  const turns = new Turns(1);
  await turns.begin(never);
  const controller = new AbortController();
  const given = turns.begin(controller.signal);
  const order: string[] = [];
  const [next] = asks(turns, ["next"], order);
  const reason = new Error("given up");
  controller.abort(reason);
  await expect(given).rejects.toBe(reason);
  turns.end();
  await next;
  expect(order).toEqual(["next"]);
});

test("an abort that comes with the turn leaves it to whoever has it", async () => {
  const turns = new Turns(1);
  await turns.begin(never);
  const controller = new AbortController();
  const asked = turns.begin(controller.signal);
  const order: string[] = [];
  const [next] = asks(turns, ["next"], order);
  turns.end();
  controller.abort();
  await asked;
  turns.end();
  await next;
  expect(order).toEqual(["next"]);
});

test("who has given up already gets no turn", async () => {
  const turns = new Turns(1);
  await expect(turns.begin(AbortSignal.abort(new Error("over")))).rejects.toThrow("over");
  await turns.begin(never);
});
