// Loaded into a process before the product (`--import`): moves its `Date`, as somebody who sets the machine's clock does.
import { existsSync } from "node:fs";
import { aheadVariable, stepFileVariable } from "./environment.ts";

const aheadMs = Number(process.env[aheadVariable] ?? 0);
const stepFile = process.env[stepFileVariable];
const trueNow = Date.now;
let moved = stepFile === undefined;

function now(): number {
  moved ||= stepFile !== undefined && existsSync(stepFile);
  return trueNow() + (moved ? aheadMs : 0);
}

globalThis.Date = new Proxy(Date, {
  get: (date, name): unknown => (name === "now" ? now : Reflect.get(date, name)),
  construct: (date, given: unknown[], made) =>
    Reflect.construct(date, given.length === 0 ? [now()] : given, made) as Date,
  apply: (date) => new date(now()).toString(),
});
