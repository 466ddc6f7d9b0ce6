import type { Fresh } from "../../../support/store/fresh-store.ts";
import { connect, temporaryPath } from "../../../support/store/sqlite-files.ts";
import { storeContract } from "../topics.ts";

async function freshStore(): Promise<Fresh> {
  const path = await temporaryPath();
  return { store: await connect(path), connect: () => connect(path), place: { kind: "sqlite", path } };
}

storeContract("SQLite", freshStore);
