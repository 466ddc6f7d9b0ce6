import { type MeasuredStore, type StoreName, storeNames } from "./measured-store.ts";
import { measuredMongodb } from "./mongodb.ts";
import { measuredSqlite } from "./sqlite.ts";

/** The stores that `--store` names: one, or each of them without it. */
export function storesAsked(name: string | undefined): readonly StoreName[] {
  const asked = storeNames.filter((known) => name === undefined || known === name);
  if (asked.length === 0) throw new Error(`--store is one of ${storeNames.join(", ")}`);
  return asked;
}

export async function openMeasured(name: StoreName): Promise<MeasuredStore> {
  switch (name) {
    case "sqlite":
      return measuredSqlite();
    case "mongodb":
      return await measuredMongodb();
    default:
      return name satisfies never;
  }
}
