import { setFlagsFromString } from "node:v8";

/** How much memory may grow over what was alive at the last full collection, in percent, until the next; V8's own bounds of the heap hold all the same. V8 itself takes up to 300. */
const growthPercent = 700;

/** Has full collections of memory come rarely: what jobs need dies young, and each full one keeps the threads that store and answer waiting (docs/decisions/0004-engine-and-leases.md). */
export function collectRarely(): void {
  setFlagsFromString(`--heap-growing-percent=${growthPercent}`);
}
