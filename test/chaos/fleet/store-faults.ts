import { setTimeout as delay } from "node:timers/promises";
import { MongoClient } from "mongodb";
import { monotonicMs } from "../../support/clocks/monotonic-clock.ts";
import { eventually } from "../../support/eventually.ts";
import type { Mongod } from "../../support/mongo/replica-set.ts";
import type { Interval } from "../checker/evidence.ts";
import { databaseName } from "../site/site-store.ts";

/** The collection that carries the hints. */
const bus = "jobs";

/** How long a killed member stays away. */
const memberAwayMs = 5000;

const patience = { serverSelectionTimeoutMS: 2000, connectTimeoutMS: 2000, socketTimeoutMS: 5000 };

/** What is done to the MongoDB of a fleet: one thing at a time, so that there is always a majority to come back with. */
export class StoreFaults implements AsyncDisposable {
  readonly outages: Interval[] = [];
  readonly #mongo: Mongod;
  readonly #client: MongoClient;
  /** What was begun last, and all before it. */
  #last: Promise<void> = Promise.resolve();

  private constructor(mongo: Mongod, client: MongoClient) {
    this.#mongo = mongo;
    this.#client = client;
  }

  /** Connects while there is a primary: a client whose first connection fails is of no use ever after. */
  static async open(mongo: Mongod): Promise<StoreFaults> {
    return new StoreFaults(mongo, await new MongoClient(mongo.uri, patience).connect());
  }

  /** SIGKILL to the primary, which comes back some seconds later. Resolves when the set takes writes again. */
  killPrimary(): Promise<void> {
    return this.#afterTheLast(async () => {
      const primary = await this.#mongo.primary();
      await this.#outage(async () => void (await primary.stop("SIGKILL")));
      return async () => {
        await delay(memberAwayMs);
        await this.#bringBack(primary);
      };
    });
  }

  /** Resolves when the set takes writes again. */
  stepDown(): Promise<void> {
    return this.#afterTheLast(async () => {
      await this.#outage(async () => void (await this.#mongo.stepDown()));
      return undefined;
    });
  }

  dropBus(): Promise<void> {
    return this.#afterTheLast(async () => {
      await this.#client.db(databaseName).collection(bus).drop();
      return undefined;
    });
  }

  /** For that time the servers refuse whatever writes hints, or whatever reads them. */
  withoutHints(what: "writes" | "reads", forMs: number): Promise<void> {
    return this.#afterTheLast(async () => {
      const failCommands = what === "writes" ? ["insert"] : ["find", "getMore"];
      const namespace = `${databaseName}.${bus}`;
      await this.#failPoint("alwaysOn", { failCommands, namespace, errorCode: 8000, failInternalCommands: false });
      await delay(forMs);
      await this.#failPoint("off");
      return undefined;
    });
  }

  /** Resolves when all that was begun is over and every member is back. */
  async settled(): Promise<void> {
    await this.#last;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close();
  }

  /** A fault may answer what is left to do after it, for which only the next fault waits. */
  async #afterTheLast(fault: () => Promise<(() => Promise<void>) | undefined>): Promise<void> {
    const done = this.#last.then(fault);
    this.#last = done.then((rest) => rest?.());
    this.#last.catch(() => undefined); // told by `settled`
    await done;
  }

  /** Until a majority has taken a write. */
  async #outage(fault: () => Promise<void>): Promise<void> {
    const fromMs = monotonicMs();
    await fault();
    const probe = this.#client.db("probe").collection("probe");
    await eventually(
      "the set takes writes again",
      async () => (await probe.insertOne({}, { writeConcern: { w: "majority", wtimeoutMS: 5000 } })).acknowledged,
      { withinMs: 60_000, everyMs: 100 },
    );
    this.outages.push({ fromMs, toMs: monotonicMs() });
  }

  async #bringBack(member: Mongod["members"][number]): Promise<void> {
    await member.restart();
    await eventually(
      "the member is a secondary again",
      async () => (await this.#direct(member, { hello: 1 }))["secondary"] === true,
      { withinMs: 60_000, everyMs: 100 },
    );
  }

  async #failPoint(mode: "alwaysOn" | "off", data?: object): Promise<void> {
    for (const member of this.#mongo.members)
      await this.#direct(member, {
        configureFailPoint: "failCommand",
        mode,
        ...(data !== undefined && { data }),
      });
  }

  async #direct(member: Mongod["members"][number], command: object): Promise<{ readonly [key: string]: unknown }> {
    await using client = new MongoClient(member.uri, patience);
    return await client.db("admin").command(command);
  }
}
