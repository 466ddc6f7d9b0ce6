import { rename, rm } from "node:fs/promises";
import { expect, test } from "vitest";
import { StoreUnavailable } from "../../../../src/model/errors.ts";
import { pendingJob, testTime } from "../../../support/jobs.ts";
import { connect, temporaryPath } from "../../../support/store/sqlite-files.ts";

test.each([
  { what: "removed", lose: (path: string) => rm(path) },
  { what: "moved away", lose: (path: string) => rename(path, `${path}.old`) },
])(
  "where the file was $what under a running store, nothing more is acknowledged, and health says so",
  async ({ lose }) => {
    const path = await temporaryPath();
    const store = await connect(path);
    await store.jobs.insert([pendingJob("kept")]);
    await lose(path);
    await expect(store.jobs.insert([pendingJob("lost")])).rejects.toThrow(StoreUnavailable);
    expect(await store.housekeeping.health(testTime)).toMatchObject({ writable: false });
    await store.close();
  },
);
