import { StartError } from "../../../src/model/errors.ts";
import { openSqliteStore } from "../../../src/store/sqlite/sqlite-store.ts";

// Opens a store and prints what comes of it.

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error("Usage: sqlite-open-program.ts FILE");
try {
  const store = await openSqliteStore({ path, migrate: false });
  await store.close();
  console.log("opened");
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  console.log(error.message);
  process.exitCode = error.exitCode;
}
