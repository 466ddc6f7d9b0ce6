import { join } from "node:path";
import { type MailProcess, readMailLog, startMailProcess } from "../../support/mail/mail-process.ts";
import { freePort } from "../../support/programs/free-port.ts";
import { listJobIds, showJob } from "../../support/workflows-api.ts";
import { isDone } from "../checker/is-done.ts";
import { chainOf } from "../checker/steps.ts";
import { heal } from "../site/healing.ts";
import { atMost } from "../site/moment.ts";
import { randomFrom } from "../site/random.ts";
import { openSite, type Site } from "../site/site.ts";
import type { StoreKind } from "../site/site-store.ts";
import { Starter } from "../site/starter.ts";
import type { ChaosWorkflow } from "../site/workflows/chaos-workflow.ts";

export interface MailsPlan {
  readonly store?: StoreKind;
  readonly jobs: number;
  /** How often the mail server dies and is started again: in turn between taking a mail and saying so, and whenever a kill meets it. */
  readonly kills: number;
  readonly seed: number;
  /** How long the jobs may take to end after the last kill. */
  readonly healWithinMs: number;
}

export interface MailsRun {
  readonly done: number;
  /** Starts of which no mail was taken. */
  readonly unsent: readonly string[];
  /** Jobs whose mails do not all have one `Message-ID`, the one that the job shows. */
  readonly renamed: readonly string[];
  /** Mails that have the `Message-ID` of another job's. */
  readonly shared: readonly string[];
  /** How often the server died when it had taken a mail and not yet said so. */
  readonly diedUnheard: number;
  /** Mails that were taken once more, because the server died before it said that it took them: one or more for each such death. */
  readonly repeated: number;
  /** Jobs whose mail took more than one attempt. */
  readonly triedAgain: number;
}

/** How long the server is away at most. */
const mostAwayMs = 400;

/** Longest wait for a moment: each batch brings it, however slow the machine is. */
const patienceMs = 30_000;

/** Has the mail server die again and again while jobs send mails, and starts it again a moment later. */
export async function mailsCampaign({ store, jobs, kills, seed, healWithinMs }: MailsPlan): Promise<MailsRun> {
  await using site = await openSite({
    leaseMs: 15_000,
    heartbeatMs: 5000,
    ...(store !== undefined && { store }),
    workflow: mailingWorkflow(),
    receiver: { seed },
    config: { concurrency: 50 },
  });
  const logPath = join(site.folder, "mails.jsonl");
  const port = await freePort();
  let server: MailProcess = await startMailProcess({ logPath, port, delayMs: 10 });
  try {
    await site.fleet.start("server", "server");
    const env = { WORKFLOWS_SMTP_HOST: `127.0.0.1:${port}` };
    const start = (worker: string): Promise<void> =>
      site.fleet.start(worker, "worker", () => ({ env, clockAheadMs: 0 }));
    await Promise.all(["worker-a", "worker-b"].map(start));
    const starter = new Starter(() => site.fleet.url("server"), site.workflow);
    const random = randomFrom(seed);
    const starting: Promise<void>[] = [];
    let diedUnheard = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      const batch = Math.floor((jobs * (kill + 1)) / kills) - Math.floor((jobs * kill) / kills);
      const wanted = Math.ceil(random() * batch);
      const took = server.took();
      starting.push(starter.start(batch));
      if (kill % 2 === 0) server.dieAfter(wanted);
      await atMost(patienceMs, () => server.isGone() || (kill % 2 === 1 && server.took() >= took + wanted));
      if (server.isGone()) diedUnheard += 1;
      await server.kill();
      await atMost(random() * mostAwayMs, () => false);
      server = await startMailProcess({ logPath, port, delayMs: 10 });
    }
    await Promise.all(starting);
    await heal(site, "server", healWithinMs);
    const run = await judge(site, starter, logPath);
    await site.fleet.end();
    return { ...run, diedUnheard };
  } finally {
    await server.kill();
  }
}

function mailingWorkflow(): ChaosWorkflow {
  const task = {
    name: "mail",
    type: "smtp",
    retries: 255,
    retryDelaySeconds: 0.2,
    smtp: {
      from: "fleet@example.com",
      to: ["${workflow.input.marker}@example.com"],
      subject: "${workflow.input.marker}",
      body: "This is ${workflow.input.marker}.",
    },
  };
  const definition = { name: "chaos", version: 1, inputParameters: ["marker"], tasks: [task] };
  return { name: "chaos", files: { "chaos.json": definition }, models: [], inputs: {}, steps: chainOf(["mail"]) };
}

async function judge(site: Site, starter: Starter, logPath: string): Promise<Omit<MailsRun, "diedUnheard">> {
  const url = site.fleet.url("server");
  const done = new Set(await listJobIds(url, "done"));
  const mails = await readMailLog(logPath);
  const bySubject = Map.groupBy(mails, ({ subject }) => subject);
  const byMessageId = Map.groupBy(mails, ({ messageId }) => messageId);
  const renamed: string[] = [];
  let triedAgain = 0;
  for (const { marker, acknowledged } of starter.starts) {
    const taken = new Set((bySubject.get(marker) ?? []).map(({ messageId }) => messageId));
    const [id] = acknowledged;
    const { results, tasks } = id === undefined || !done.has(id) ? {} : await showJob(url, id);
    const shown = results?.[0]?.smtp?.messageId;
    if (taken.size > 1 || (shown !== undefined && !taken.has(shown))) renamed.push(marker);
    if ((tasks?.[0]?.attempt ?? 1) > 1) triedAgain += 1;
  }
  return {
    done: starter.starts.filter((start) => isDone(start, done)).length,
    unsent: starter.starts.filter(({ marker }) => !bySubject.has(marker)).map(({ marker }) => marker),
    renamed,
    shared: [...byMessageId]
      .filter(([, same]) => new Set(same.map(({ subject }) => subject)).size > 1)
      .map(([messageId]) => messageId),
    repeated: mails.length - bySubject.size,
    triedAgain,
  };
}
