import type { Logger } from "pino";
import type { JobId } from "../model/ids.ts";
import type { HistoryEntry } from "../model/job/history.ts";
import type { JobStore, Store } from "../store/store.ts";
import { type KnownJob, KnownJobs } from "./known-jobs.ts";
import { lineFields, wordings } from "./transition-line.ts";

/** A store that logs each transition when it is durable. Where nobody listens to `info`, the very store that was given. */
export function withLogging(store: Store, logger: Logger): Store {
  if (!logger.isLevelEnabled("info")) return store;
  return {
    jobs: loggedJobs(store.jobs, logger),
    search: store.search,
    workers: store.workers,
    definitions: store.definitions,
    housekeeping: store.housekeeping,
    close: () => store.close(),
  };
}

function loggedJobs(jobs: JobStore, logger: Logger): JobStore {
  const known = new KnownJobs();
  const log = transitionLog(logger);
  return {
    async insert(newJobs) {
      const answers = await jobs.insert(newJobs);
      for (const [index, answer] of answers.entries()) {
        const inserted = newJobs[index];
        if (answer.kind !== "inserted" || inserted === undefined) continue;
        const { job, history } = inserted;
        if (answer.leased) known.hold(job);
        log(job.id, { workflow: job.workflow.name, createdAt: job.createdAt }, history);
      }
      return answers;
    },
    async claim(ask) {
      const answer = await jobs.claim(ask);
      if (answer.kind === "claimed") for (const job of answer.jobs) known.hold(job);
      return answer;
    },
    async assigned(ask) {
      const found = await jobs.assigned(ask);
      for (const job of found) known.hold(job);
      return found;
    },
    async commit(commits) {
      const answers = await jobs.commit(commits);
      for (const [index, answer] of answers.entries()) {
        const change = commits[index]?.change;
        if (change === undefined) continue;
        if (answer.kind === "conflict") known.see(answer.current);
        if (answer.kind !== "committed") continue;
        log(change.jobId, known.of(change.jobId), change.history);
        if (change.lease === "release") known.forget(change.jobId);
      }
      return answers;
    },
    async release(worker, held) {
      await jobs.release(worker, held);
      for (const { id } of held) known.forget(id);
    },
    async get(id) {
      const job = await jobs.get(id);
      if (job !== undefined) known.see(job);
      return job;
    },
    history: (id) => jobs.history(id),
    overdue: (nowMs, limit) => jobs.overdue(nowMs, limit),
    offered: (queue, nowMs, limit) => jobs.offered(queue, nowMs, limit),
    owing: (beforeMs, limit) => jobs.owing(beforeMs, limit),
  };
}

/** On the hot path, thousands of entries a second: what the level leaves out costs one look into a table. */
function transitionLog(logger: Logger) {
  const debug = logger.isLevelEnabled("debug");
  return (job: JobId, about: KnownJob | undefined, history: readonly HistoryEntry[]): void => {
    for (const entry of history) {
      const { level, message } = wordings[entry.type];
      if (level === "info") logger.info(lineFields(job, about, entry), message);
      else if (debug) logger.debug(lineFields(job, about, entry), message);
    }
  };
}
