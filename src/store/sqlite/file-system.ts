import { closeSync, existsSync, openSync, statfsSync } from "node:fs";
import { basename, dirname } from "node:path";
import { StartError } from "../../model/errors.ts";

/** Magic numbers of statfs(2), Linux: file systems whose locks or shared memory do not hold between machines. */
const networkFileSystems: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xfe534d42, "SMB2"],
  [0xff534d42, "CIFS"],
  [0x564c, "NCP"],
  [0x5346414f, "AFS"],
  [0x6b414653, "AFS"],
  [0x73757245, "Coda"],
  [0x00c36400, "Ceph"],
  [0x01161970, "GFS2"],
  [0x7461636f, "OCFS2"],
  [0x0bd00bd0, "Lustre"],
  [0x47504653, "GPFS"],
  [0x19830326, "BeeGFS"],
]);

export function networkFileSystem(magic: number): string | undefined {
  return networkFileSystems.get(magic >>> 0);
}

/** SQLite's journal needs memory shared between processes, so a file on a network file system would be damaged sooner or later. */
export function refuseNetworkFileSystem(path: string): void {
  if (process.platform !== "linux") return; // the numbers are Linux's
  const folder = dirname(path);
  if (!existsSync(folder))
    throw new StartError(3, `The folder ${folder} for the store's file ${basename(path)} does not exist: create it`);
  const name = networkFileSystem(statfsSync(folder).type);
  if (name !== undefined)
    throw new StartError(
      3,
      `${path} is on a network file system (${name}), which a SQLite store does not survive. Use a local disk.`,
    );
}

/** Makes the file, where there is none, for the user of this process alone: inputs and results are in it. SQLite gives its journal the same mode. */
export function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, "ax", 0o600));
  } catch {
    // It is there, or cannot be made: opening it tells.
  }
}
