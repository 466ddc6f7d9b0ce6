import { onTestFinished } from "vitest";
import type { Store } from "../../../../src/store/store.ts";
import { freshDatabase } from "../../../support/mongo/fresh-database.ts";
import "../../../support/mongo/skip-without-server.ts";
import type { Fresh } from "../../../support/store/fresh-store.ts";
import { openStoreAt, type StorePlace } from "../../../support/store/store-place.ts";
import { storeContract } from "../topics.ts";

async function freshStore(): Promise<Fresh> {
  const fresh = freshDatabase();
  onTestFinished(async () => fresh[Symbol.asyncDispose]());
  const place: StorePlace = { kind: "mongodb", ...fresh };
  const connect = async (): Promise<Store> => {
    const store = await openStoreAt(place);
    onTestFinished(() => store.close());
    return store;
  };
  return { store: await connect(), connect, place };
}

storeContract("MongoDB", freshStore);
