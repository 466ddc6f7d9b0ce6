import fc from "fast-check";
import { expect, test } from "vitest";
import { menderStatus, menderStatuses, statesNamed } from "../../../src/api/mender/job-status.ts";
import { readCursor, writeCursor } from "../../../src/api/v1/cursor.ts";
import { jobStatuses } from "../../../src/model/job/job.ts";

test("every state is found under its own name and under the status that shows it", () => {
  for (const status of jobStatuses) {
    expect(statesNamed(status)).toContain(status);
    expect(statesNamed(menderStatus(status))).toContain(status);
  }
  for (const name of menderStatuses) expect(statesNamed(name).map(menderStatus)).toContain(name);
  for (const name of ["", "toString", "DONE", "pending "]) expect(statesNamed(name)).toEqual([]);
});

test("a cursor is read as it was written, and nothing else is one", () => {
  const id = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 24, maxLength: 24 });
  fc.assert(
    fc.property(fc.nat({ max: 4e12 }), id, (createdAt, jobId) => {
      const cursor = writeCursor({ createdAt, id: jobId });
      expect(cursor).toMatch(/^[\w-]+$/);
      expect(readCursor(cursor)).toEqual({ createdAt, id: jobId });
    }),
  );
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => readCursor(text) === undefined));
});
