import type { MongoClient } from "mongodb";
import { startFleetFloor } from "../floor/mongodb/fleet.ts";
import type { Roles } from "../processes/cpu.ts";
import type { EmptyStore, MeasuredStore } from "./measured-store.ts";
import { openMongod } from "./mongod.ts";

export async function measuredMongodb(): Promise<MeasuredStore> {
  const mongod = await openMongod();
  const { client, uri } = mongod;
  const roles: Roles = mongod.pid === undefined ? {} : { mongod: [mongod.pid] };
  let databases = 0;
  const newDatabase = (): string => `workflows_bench_${process.pid}_${databases++}`;
  return {
    name: "mongodb",
    roles,
    empty: () => Promise.resolve(emptyDatabase(client, uri, newDatabase())),
    async startFloor(children) {
      await using started = new AsyncDisposableStack();
      const database = newDatabase();
      const { bytesPerJob: sizeOf } = started.use(emptyDatabase(client, uri, database));
      const floor = started.use(await startFleetFloor(children, { uri, database, roles }));
      const kept = started.move();
      return { ...floor, bytesPerJob: sizeOf, [Symbol.asyncDispose]: () => kept.disposeAsync() };
    },
    withoutBus: { bus: "off" },
    operations: () => operations(client),
    [Symbol.asyncDispose]: () => mongod[Symbol.asyncDispose](),
  };
}

function emptyDatabase(client: MongoClient, uri: string, database: string): Required<EmptyStore> {
  return {
    settings: { "mongo-url": uri, "mongo-dbname": database },
    bytesPerJob: () => bytesPerJob(client, database),
    async [Symbol.asyncDispose]() {
      await client.db(database).dropDatabase();
    },
  };
}

async function bytesPerJob(client: MongoClient, database: string): Promise<number> {
  const [average] = await client
    .db(database)
    .collection("jobs_status")
    .aggregate<{ bytes: number }>([{ $group: { _id: null, bytes: { $avg: { $bsonSize: "$$ROOT" } } } }])
    .toArray();
  return average?.bytes ?? Number.NaN;
}

/** Sum of the server's counters of commands and of what they ask for (serverStatus, opcounters). */
async function operations(client: MongoClient): Promise<number> {
  const { opcounters } = await client.db("admin").command({ serverStatus: 1 });
  asked += 1;
  const counted = Object.values(opcounters as Record<string, unknown>).filter((value) => typeof value === "number");
  return counted.reduce((sum, value) => sum + value, 0) - asked;
}

let asked = 0;
