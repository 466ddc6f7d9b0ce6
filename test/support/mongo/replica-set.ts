import { statfs } from "node:fs/promises";
import { freemem } from "node:os";
import { type Document, MongoClient } from "mongodb";
import { eventually } from "../eventually.ts";
import { freePorts } from "../programs/free-port.ts";
import { type Member, startMember } from "./member.ts";
import { findMongod } from "./program/find-mongod.ts";

export interface MongodOptions {
  /** Of the replica set; default 1. */
  readonly members?: 1 | 3;
  /** No replica set at all; `members` must be 1 then. */
  readonly standalone?: true;
  /** Of the replica set's configuration (`electionTimeoutMillis`, ...), added to ours. */
  readonly settings?: Document;
  /** Its data may be in memory, where this machine has plenty: it survives the process, not the machine. */
  readonly inMemory?: true;
  /** Further arguments of each `mongod`. */
  readonly args?: readonly string[];
}

/** A MongoDB of its own: a replica set, or one standalone server. */
export interface Mongod extends AsyncDisposable {
  /** Names every member. */
  readonly uri: string;
  readonly members: readonly Member[];
  /** The member that takes writes, as soon as there is one. */
  primary(): Promise<Member>;
  /** Makes the primary step down, and answers who it was. Others are elected at once; it may be again after `seconds`. */
  stepDown(seconds?: number): Promise<Member>;
  /** Kills all and removes their data. */
  stop(): Promise<void>;
}

const setName = "workflows";

/**
 * The files of a dropped database are kept for as long as somebody may still ask how it was, 300 s by default: the databases of so many tests would have more files than a
 * process may open (20,000 on some machines), and the server would end.
 */
const keepsFilesBriefly = "minSnapshotHistoryWindowInSeconds=30";

/** A silent primary is replaced after this long; the default of 10 s is long for tests. */
const settings = { electionTimeoutMillis: 2_000, heartbeatIntervalMillis: 500, heartbeatTimeoutSecs: 2 };

/** Starts servers on free ports of 127.0.0.1 and waits until they take writes. Throws `NoMongod` where there is no program for it. */
export async function startMongod(options: MongodOptions = {}): Promise<Mongod> {
  const program = await findMongod();
  const ports = await freePorts(options.standalone === true ? 1 : (options.members ?? 1));
  const replication = options.standalone === true ? [] : ["--replSet", setName, "--oplogSize", "128"];
  const args = [...replication, "--setParameter", keepsFilesBriefly, ...(options.args ?? [])];
  const where = options.inMemory === true && (await hasRoomyMemory()) ? { parentFolder: memoryFolder } : {};
  const started = await Promise.allSettled(ports.map((port) => startMember({ program, port, args, ...where })));
  const members = started.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const mongod = operated(members, options.standalone === true);
  try {
    for (const result of started) if (result.status === "rejected") throw result.reason;
    if (options.standalone !== true) await initiate(members, { ...settings, ...options.settings });
  } catch (error) {
    await mongod.stop();
    throw error;
  }
  return mongod;
}

const memoryFolder = "/dev/shm";
const enoughBytes = 4 * 1024 ** 3;

async function hasRoomyMemory(): Promise<boolean> {
  const room = await statfs(memoryFolder).catch(() => undefined);
  return room !== undefined && room.bavail * room.bsize >= enoughBytes && freemem() >= enoughBytes;
}

function operated(members: readonly Member[], standalone: boolean): Mongod {
  const addresses = members.map(({ address }) => address).join(",");
  const primary = (): Promise<Member> =>
    eventually("there is a primary", () => firstPrimary(members), { withinMs: 60_000, everyMs: 50 });
  const stop = async (): Promise<void> => void (await Promise.all(members.map((member) => member.remove())));
  return {
    uri: standalone ? `mongodb://${addresses}/` : `mongodb://${addresses}/?replicaSet=${setName}`,
    members,
    primary,
    stepDown(seconds = 10) {
      const force = members.length === 1;
      const secondaryCatchUpPeriodSecs = force ? 0 : Math.max(0, Math.min(5, seconds - 1)); // alone, nobody can catch up
      // It refuses where nobody has caught up in that time.
      return eventually("the primary steps down", async () => {
        const member = await primary();
        await command(member, { replSetStepDown: seconds, secondaryCatchUpPeriodSecs, force });
        return member;
      });
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function initiate(members: readonly Member[], chosen: Document): Promise<void> {
  const [first] = members;
  if (first === undefined) throw new Error("A replica set needs a member");
  const hosts = members.map(({ address }, id) => ({ _id: id, host: address }));
  await command(first, { replSetInitiate: { _id: setName, members: hosts, settings: chosen } }, 15_000);
  await eventually(
    "every member has its place",
    async () => {
      const { members: all } = await command(first, { replSetGetStatus: 1 });
      const states = (all as { stateStr: string }[]).map(({ stateStr }) => stateStr);
      return states.includes("PRIMARY") && states.every((state) => state === "PRIMARY" || state === "SECONDARY");
    },
    { withinMs: 60_000, everyMs: 50 },
  );
}

/** Does not wait for those that stand still where another one is it. */
async function firstPrimary(members: readonly Member[]): Promise<Member | undefined> {
  const asked = members.map(async (member) => {
    const { isWritablePrimary } = (await member.listens()) ? await command(member, { hello: 1 }) : {};
    if (isWritablePrimary !== true) throw new Error(`${member.address} is not the primary`);
    return member;
  });
  return Promise.any(asked).catch(() => undefined);
}

async function command(member: Member, document: Document, withinMs = 2_000): Promise<Document> {
  const patience = { serverSelectionTimeoutMS: withinMs, connectTimeoutMS: withinMs, socketTimeoutMS: 15_000 };
  const client = new MongoClient(member.uri, patience);
  try {
    return await client.db("admin").command(document);
  } finally {
    await client.close();
  }
}
