// Downloads a mongod into a folder and prints its path: a process of its own, so that a download that hangs can be ended.
import { MongoBinary } from "mongodb-memory-server-core";

const [downloadDir] = process.argv.slice(2);
if (downloadDir === undefined) throw new Error("Usage: memory-server-download-program.ts FOLDER");
try {
  console.log(await MongoBinary.getPath({ downloadDir, checkMD5: false }));
} catch (error) {
  console.error(error instanceof Error ? error.message.split("\n").slice(0, 2).join(" ") : error);
  process.exitCode = 1;
}
