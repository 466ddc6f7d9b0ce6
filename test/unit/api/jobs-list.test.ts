import fc from "fast-check";
import { expect, test } from "vitest";
import { menderStatus, menderStatuses, statesNamed } from "../../../src/api/mender/job-status.ts";
import { type ListOrder, readCursor, writeCursor } from "../../../src/api/v1/find/cursor.ts";
import { jobStatuses } from "../../../src/model/job/job.ts";
import { anyText } from "../../support/any-text.ts";

test("every state is found under its own name and under the status that shows it", () => {
  for (const status of jobStatuses) {
    expect(statesNamed(status)).toContain(status);
    expect(statesNamed(menderStatus(status))).toContain(status);
  }
  for (const name of menderStatuses) expect(statesNamed(name).map(menderStatus)).toContain(name);
  for (const name of ["", "toString", "DONE", "pending "]) expect(statesNamed(name)).toEqual([]);
});

test("a cursor is read as it was written, in the order of its list alone, and nothing else is one", () => {
  const id = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 24, maxLength: 24 });
  const order = fc.record({
    by: fc.constantFrom("created", "finished"),
    order: fc.constantFrom("newest", "oldest"),
    byId: fc.boolean(),
  });
  const isSame = (a: ListOrder, b: ListOrder) =>
    a.order === b.order && a.byId === b.byId && (a.byId === true || a.by === b.by);
  fc.assert(
    fc.property(fc.nat({ max: 4e12 }), id, order, order, (at, jobId, own, other) => {
      const cursor = writeCursor({ at, id: jobId }, own);
      expect(cursor).toMatch(/^[\w-]+$/);
      expect(readCursor(cursor, own)).toEqual({ at, id: jobId });
      expect(readCursor(cursor, other)).toEqual(isSame(own, other) ? { at, id: jobId } : "of_another_order");
    }),
  );
  fc.assert(fc.property(anyText, (text) => readCursor(text) === "unknown"));
  expect(readCursor("")).toBe("unknown");
});
