import { MongoClient, type MongoClientOptions } from "mongodb";
import { type TestContext, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { type Mongod, type MongodOptions, startMongod } from "../../support/mongo/replica-set.ts";
import "../../support/mongo/skip-without-server.ts";
import { type BusOptions, type BusProcess, busProcess, hears, listening, losses, pair, sweeps } from "./bus-process.ts";

const testMs = 120_000;
const database = "workflows";

// Each has a server of its own, and they wait most of the time.

/** As for a fleet that wants to notice a silent server soon. */
const attentive = {
  serverSelectionTimeoutMS: 5000,
  connectTimeoutMS: 1000,
  heartbeatFrequencyMS: 500,
  serverMonitoringMode: "poll",
} as const satisfies MongoClientOptions;

interface OnOwnServer {
  readonly mongod: Mongod;
  readonly here: BusProcess;
  readonly there: BusProcess;
}

async function onOwnServer(test: TestContext, options: MongodOptions, bus: BusOptions = {}): Promise<OnOwnServer> {
  const mongod = await startMongod(options);
  test.onTestFinished(() => mongod.stop());
  const [here, there] = await pair({ uri: mongod.uri, database }, { client: attentive, test, ...bus });
  return { mongod, here, there };
}

function saysSilent({ error }: BusProcess["logged"][number]): boolean {
  return error instanceof Error && error.message === "The server did not answer within 6000 ms";
}

/** Does it, and waits until both have noticed, swept anew, and hear each other. */
async function outlives({ here, there }: OnOwnServer, fault: () => Promise<unknown>): Promise<void> {
  const before = [here, there].map(sweeps);
  await fault();
  for (const [index, process] of [here, there].entries()) await listening(process, (before[index] ?? 0) + 1);
  await hears(here, there);
  await hears(there, here);
}

test.concurrent(
  "on three members the bus outlives a step-down, a shutdown and a kill of the primary (10107, 11602, 189, 11600, network)",
  async (context) => {
    const fleet = await onOwnServer(context, { members: 3 });
    const { mongod, here } = fleet;
    await outlives(fleet, () => mongod.stepDown());
    const terminated = await mongod.primary();
    await outlives(fleet, () => terminated.stop());
    await terminated.restart();
    const killed = await mongod.primary();
    await outlives(fleet, () => killed.stop("SIGKILL"));
    context.expect(losses(here).length).toBeGreaterThanOrEqual(3);
  },
  testMs,
);

test.concurrent(
  "a server that is killed and comes back finds its bus listened to (network)",
  async (context) => {
    const fleet = await onOwnServer(context, {});
    const [member] = fleet.mongod.members;
    await outlives(fleet, async () => {
      await member?.stop("SIGKILL");
      await eventually("it is noticed", () => !fleet.here.notifier.healthy);
      await member?.restart();
    });
  },
  testMs,
);

test.concurrent(
  "a server that freezes is noticed when the driver's monitor does, before the driver says so (PoolClearedOnNetworkError)",
  async (context) => {
    const client = { ...attentive, serverSelectionTimeoutMS: 60_000 }; // for so long the driver keeps the error to itself
    const fleet = await onOwnServer(context, {}, { client, awaitMs: 60_000 });
    const [member] = fleet.mongod.members;
    await outlives(fleet, async () => {
      member?.signal("SIGSTOP");
      await eventually("it is noticed", () => [fleet.here, fleet.there].every(({ notifier }) => !notifier.healthy));
      member?.signal("SIGCONT");
    });
  },
  testMs,
);

test.concurrent(
  "a server that freezes is noticed by the bus alone where the monitor is asleep",
  async (context) => {
    const fleet = await onOwnServer(context, {}, { client: { ...attentive, heartbeatFrequencyMS: 600_000 } });
    const [member] = fleet.mongod.members;
    await outlives(fleet, async () => {
      member?.signal("SIGSTOP");
      const isNoticed = ({ notifier, logged }: BusProcess): boolean => !notifier.healthy && logged.some(saysSilent);
      await eventually("it is noticed", () => isNoticed(fleet.here) && isNoticed(fleet.there));
      member?.signal("SIGCONT");
    });
  },
  testMs,
);

test.concurrent(
  "whoever may not write is told so once, and listens when it may; on a standalone server (13 Unauthorized)",
  async (context) => {
    const { expect, onTestFinished } = context;
    const mongod = await startMongod({ standalone: true, args: ["--auth"] });
    onTestFinished(() => mongod.stop());
    const role = (name: string) => [{ role: name, db: database }];
    const root = new MongoClient(mongod.uri, { directConnection: true });
    await root.db("admin").command({ createUser: "root", pwd: "secret", roles: ["root"] });
    await root.close();
    const as = (user: string) => mongod.uri.replace("mongodb://", `mongodb://${user}:secret@`) + "?authSource=admin";
    const admin = new MongoClient(as("root"), attentive);
    onTestFinished(() => admin.close());
    const users = admin.db("admin");
    await users.command({ createUser: "worker", pwd: "secret", roles: role("read") });
    const place = { uri: as("worker"), database };

    const here = await busProcess(place, { collection: "jobs", test: context });
    await eventually("it says so", () => here.logged.length > 0);
    expect(losses(here)).toEqual(["Unauthorized"]);
    await users.command({ updateUser: "worker", roles: role("readWrite") });
    await listening(here);

    const there = await busProcess(place, { test: context });
    await outlives({ mongod, here, there }, async () => {
      await listening(there);
      await users.command({ updateUser: "worker", roles: [] });
      await eventually("it is noticed", () => losses(here).length === 2 && !here.notifier.healthy);
      await users.command({ updateUser: "worker", roles: role("readWrite") });
    });
    expect(losses(here)).toEqual(["Unauthorized", "Unauthorized"]);
  },
  testMs,
);
