import { setTimeout as delay } from "node:timers/promises";
import { StoreUnavailable } from "../../../model/errors.ts";
import type { Collections } from "../collections.ts";
import { proveWritable } from "../commands/prove-writable.ts";
import { kindOf } from "../outcome/error-kind.ts";
import { budgets } from "../outcome/retry.ts";
import { indexes } from "./indexes.ts";

const pauseMs = 1000;

/**
 * Makes the indexes that are missing: nothing works without. Takes as long as it takes, minutes on a large collection, and is never given up while the server
 * takes writes, as that builds on anyway. Throws `StoreUnavailable` where the server refuses, or takes no writes any more.
 */
export async function buildIndexes(collections: Collections): Promise<void> {
  for (const name of ["jobs", "payloads", "definitions"] as const) {
    const own = indexes.filter((index) => index.of === name).map(({ of: _of, ...index }) => index);
    await untilBuilt(collections, () => collections[name].createIndexes(own));
  }
}

/** An index that is being built already is waited for. */
async function untilBuilt(collections: Collections, build: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await build();
      return;
    } catch (error) {
      if (kindOf(error) === "final") throw new StoreUnavailable("MongoDB does not answer, or refuses", error);
    }
    await proveWritable(collections, budgets.write);
    await delay(pauseMs);
  }
}
