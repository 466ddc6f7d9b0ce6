import type { MongoClient } from "mongodb";
import { StartError } from "../../../model/errors.ts";
import type { Log } from "../../../model/log.ts";
import type { Address } from "./address.ts";

/** Updates by pipeline, `hello` and what the driver asks for came before; older ones are tested by nobody. */
const oldestMajor = 6;

/** How the servers stand together. */
export type Topology = "standalone" | "replica set" | "sharded";

/** Refuses a server that is too old (`StartError`), and warns of one that stands alone. */
export async function examine(client: MongoClient, { hosts }: Address, log: Log): Promise<Topology> {
  const admin = client.db("admin");
  const { version } = (await admin.command({ buildInfo: 1 })) as { readonly version: string };
  if (Number.parseInt(version, 10) < oldestMajor)
    throw new StartError(3, `MongoDB at ${hosts} is version ${version}: ${oldestMajor}.0 or later is needed`);
  const {
    setName,
    msg,
    hosts: members,
  } = (await admin.command({ hello: 1 })) as {
    readonly setName?: string;
    readonly msg?: string;
    readonly hosts?: readonly string[];
  };
  if (msg === "isdbgrid") return "sharded";
  if (setName === undefined) {
    log.warn({ hosts, version }, aloneText);
    return "standalone";
  }
  if (members?.length === 1) log.warn({ hosts, version, replicaSet: setName }, oneMemberText);
  return "replica set";
}

const aloneText =
  "this MongoDB is a standalone server: what was acknowledged survives its crash, but not the loss of its disk, and while it is down nothing is taken and nothing runs; a replica set of three members protects from both";

const oneMemberText =
  "this replica set has one member that holds data: what was acknowledged survives its crash, but not the loss of its disk, and while it is down nothing is taken and nothing runs; three members protect from both";
