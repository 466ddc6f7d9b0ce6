import { setTimeout as delay } from "node:timers/promises";
import { type NatsServer, startNatsServer } from "../../support/nats/nats-server.ts";
import { type KeptMessage, type Streams, streamsOf } from "../../support/nats/streams.ts";
import { listJobIds } from "../../support/workflows-api.ts";
import { isDone } from "../checker/is-done.ts";
import { chainOf } from "../checker/steps.ts";
import { heal } from "../site/healing.ts";
import { randomFrom } from "../site/random.ts";
import { openSite, type Site } from "../site/site.ts";
import type { StoreKind } from "../site/site-store.ts";
import { Starter } from "../site/starter.ts";
import type { ChaosWorkflow } from "../site/workflows/chaos-workflow.ts";

export interface NatsPlan {
  /** Default: SQLite. */
  readonly store?: StoreKind;
  readonly jobs: number;
  /** How often the NATS server is killed and, after up to a second and a half, started again with the same store; each third time the worker is killed meanwhile. */
  readonly kills: number;
  readonly seed: number;
  /** How long the jobs may take to end after the last kill. */
  readonly healWithinMs: number;
}

export interface NatsRun {
  readonly done: number;
  /** Jobs of which the stream lacks a message. */
  readonly lost: readonly string[];
  /** Jobs of which the stream has a message twice, though it knows repeated ones. */
  readonly doubled: readonly string[];
  /** How many the stream has, and by how many idempotency keys. */
  readonly messages: number;
  readonly keys: number;
  /** How often a worker noticed that its connection was lost. */
  readonly connectionsLost: number;
  readonly workersKilled: number;
}

const longestAwayMs = 1500;
const patienceMs = 30_000;
const steps = ["one", "two"];

/** Kills the NATS server, and at times the worker, while jobs publish two messages each. */
export async function natsCampaign(plan: NatsPlan): Promise<NatsRun> {
  await using nats = await startNatsServer();
  const streams = streamsOf(nats);
  await streams.make("CHAOS", ["chaos.>"]);
  await using site = await openSite({
    leaseMs: 15_000, // nobody waits for it: a killed worker is started again on the same machine
    heartbeatMs: 5000,
    ...(plan.store !== undefined && { store: plan.store }),
    workflow: publishing,
    receiver: { seed: plan.seed },
    config: { nats_uri: nats.address, concurrency: 20, max_lost: 1000 },
  });
  await site.fleet.start("server", "server");
  await site.fleet.start("worker", "worker");
  const starter = new Starter(() => site.fleet.url("server"), site.workflow);
  const workersKilled = await harm(site, starter, nats, streams, plan);
  await heal(site, "server", plan.healWithinMs);
  const run = await judge(site, starter, streams);
  await site.fleet.end();
  return { ...run, workersKilled };
}

const publishing: ChaosWorkflow = {
  name: "chaos",
  files: { "chaos.json": { name: "chaos", version: 1, inputParameters: ["marker"], tasks: steps.map(task) } },
  models: [],
  inputs: {},
  steps: chainOf(steps),
};

function task(name: string): object {
  const nats = { subject: `chaos.${name}.\${workflow.input.marker}`, data: { marker: "${workflow.input.marker}" } };
  return { name, type: "nats", retries: 255, retryDelaySeconds: 0.2, nats };
}

/** Starts the jobs in batches, and kills in the middle of each. Answers how often the worker was killed. */
async function harm(
  site: Site,
  starter: Starter,
  nats: NatsServer,
  streams: Streams,
  { jobs, kills, seed }: NatsPlan,
): Promise<number> {
  const random = randomFrom(seed);
  const starting: Promise<void>[] = [];
  let workersKilled = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const batch = Math.floor((jobs * (kill + 1)) / kills) - Math.floor((jobs * kill) / kills);
    const before = await streams.count("CHAOS");
    starting.push(starter.start(batch));
    await someMore(streams, before + random() * batch);
    await nats.kill();
    if (kill % 3 === 2) {
      await site.fleet.replace("worker");
      workersKilled += 1;
    } else await delay(random() * longestAwayMs);
    await nats.restart();
  }
  await Promise.all(starting);
  return workersKilled;
}

/** Waits until the stream has so many messages: the worker is connected again by then, and notices the kill. No longer than this, where nothing moves any more. */
async function someMore(streams: Streams, wanted: number): Promise<void> {
  const until = performance.now() + patienceMs;
  while ((await streams.count("CHAOS")) < wanted && performance.now() < until) await delay(5);
}

async function judge(site: Site, starter: Starter, streams: Streams): Promise<Omit<NatsRun, "workersKilled">> {
  const done = new Set(await listJobIds(site.fleet.url("server"), "done"));
  const messages = await streams.messages("CHAOS");
  const bySubject = Map.groupBy(messages, ({ subject }) => subject);
  const countOf = (marker: string, step: string) => bySubject.get(`chaos.${step}.${marker}`)?.length ?? 0;
  const markers = starter.starts.map(({ marker }) => marker);
  return {
    done: starter.starts.filter((start) => isDone(start, done)).length,
    lost: markers.filter((marker) => steps.some((step) => countOf(marker, step) === 0)),
    doubled: markers.filter((marker) => steps.some((step) => countOf(marker, step) > 1)),
    messages: messages.length,
    keys: new Set(messages.map(({ id }: KeptMessage) => id)).size,
    connectionsLost: site.fleet
      .logs()
      .reduce((count, { output }) => count + output.split("the connection to NATS is lost").length - 1, 0),
  };
}
