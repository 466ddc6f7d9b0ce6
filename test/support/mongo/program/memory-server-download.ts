import { fileURLToPath } from "node:url";
import { keepInCache } from "../../programs/binary-cache.ts";
import { runCommand } from "../../programs/run-command.ts";
import { tempFolder } from "../../temp-folder.ts";

const downloadMs = 180_000;
const program = fileURLToPath(new URL("memory-server-download-program.ts", import.meta.url));

/** Has `mongodb-memory-server-core` download a mongod for this platform and gives its path in the cache. Rejects with the reason. */
export async function mongodFromMemoryServer(): Promise<string> {
  await using folder = await tempFolder();
  const path = await runCommand(process.execPath, [program, folder.path], downloadMs);
  return await keepInCache(path.trim(), "mongod");
}
