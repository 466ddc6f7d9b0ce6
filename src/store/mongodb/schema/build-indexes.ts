import { setTimeout as delay } from "node:timers/promises";
import { StoreUnavailable } from "../../../model/errors.ts";
import type { Collections } from "../collections.ts";
import { proveWritable } from "../commands/prove-writable.ts";
import { kindOf } from "../outcome/error-kind.ts";
import { budgets } from "../outcome/retry.ts";
import { indexes, replacedIndexes } from "./indexes.ts";

const pauseMs = 1000;

const indexNotFound = 27;
const unauthorized = 13;

/**
 * Makes the indexes that are missing: nothing works without. Takes as long as it takes, minutes on a large collection, and is never given up while the server
 * takes writes, as that builds on anyway. Answers whether a program of an earlier version has been here since the last one of this version began. Throws `StoreUnavailable` where the server refuses, or takes no writes any more.
 */
export async function buildIndexes(collections: Collections): Promise<boolean> {
  for (const name of ["jobs", "payloads", "definitions"] as const) {
    const own = indexes.filter((index) => index.of === name).map(({ of: _of, ...index }) => index);
    await untilBuilt(collections, () => collections[name].createIndexes(own));
  }
  return untilBuilt(collections, () => dropReplaced(collections));
}

/** Answers whether one was there: programs of earlier versions make them, and use those that took their places. A user who may not drop one keeps it, at a cost for each job. */
async function dropReplaced({ jobs }: Collections): Promise<boolean> {
  let found = false;
  for (const name of replacedIndexes) {
    try {
      await jobs.dropIndex(name);
      found = true;
    } catch (error) {
      const { code } = error as { readonly code?: unknown };
      if (code !== indexNotFound && code !== unauthorized) throw error;
    }
  }
  return found;
}

/** An index that is being built already is waited for. */
async function untilBuilt<T>(collections: Collections, build: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await build();
    } catch (error) {
      if (kindOf(error) === "final") throw new StoreUnavailable("MongoDB does not answer, or refuses", error);
    }
    await proveWritable(collections, budgets.write);
    await delay(pauseMs);
  }
}
