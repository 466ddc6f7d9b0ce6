import { newestFormat } from "../../../model/job/format.ts";
import type { ClaimAsk } from "../../store.ts";
import { suspectFrom, suspectGroup, suspectsLookedAt } from "../../suspects.ts";
import type { Prepare, Statement } from "../database/database.ts";
import type { ClaimResult, StoredJob } from "../protocol.ts";
import type { JobReader } from "./read-job.ts";
import type { WorkerStatements } from "./workers.ts";

interface Ready {
  /** The ready job that waits longest, of the first workflow after the given one that has a job at all. */
  readonly next: Statement;
  /** Those that wait longest, of one workflow. */
  readonly ofWorkflow: Statement;
}

type ReadyRow = [seq: number, lost: number, readyAt: number];

/** What a claim gives, and of which workflows it leaves some; see `ClaimAnswer`. */
interface Given {
  readonly jobs: StoredJob[];
  readonly left?: readonly string[];
}

export interface Claims {
  claim(ask: ClaimAsk): ClaimResult;
  /** Since when the longest-ready job without a worker has been ready; null where none is. */
  waitingSince(nowMs: number): number | null;
}

/** Gives ready jobs to workers: healthy ones in turns over the workflows, suspects in groups. */
export function prepareClaims(prepare: Prepare, reader: JobReader, workers: WorkerStatements): Claims {
  const healthy = prepareReady(prepare, `lost < ${suspectFrom}`);
  const suspect = prepareReady(prepare, `lost >= ${suspectFrom}`);
  const lease = prepare("UPDATE jobs SET owner = ?, fence = fence + 1, version = version + 1 WHERE seq = ?");
  /** The workflow that was served last: the next claim begins after it. */
  let served = "";

  /** Names of at most `limit` workflows with ready jobs, the first one after `served`, each once; those for which there is no place apart. */
  function readyWorkflows(
    ready: Ready,
    nowMs: number,
    limit: number,
    hasPlace: (workflow: string) => boolean = () => true,
  ): { readonly names: string[]; readonly withoutPlace: string[] } {
    const names: string[] = [];
    const withoutPlace: string[] = [];
    const collect = (from: string, until: string | undefined): void => {
      let after = from;
      while (names.length < limit) {
        const row = ready.next.get<[workflow: string, readyAt: number]>(after);
        if (row === undefined || (until !== undefined && row[0] > until)) return;
        after = row[0];
        if (row[1] <= nowMs) (hasPlace(after) ? names : withoutPlace).push(after);
      }
    };
    collect(served, undefined);
    if (served !== "") collect("", served);
    return { names, withoutPlace };
  }

  function lend(seq: number, worker: string): StoredJob[] {
    lease.run(worker, seq);
    const job = reader.bySeq(seq);
    return job === undefined ? [] : [job];
  }

  function takeInTurns(ask: ClaimAsk): Given {
    const room = new Map(ask.room);
    const placesOf = (workflow: string): number => room.get(workflow) ?? Number.POSITIVE_INFINITY;
    const jobs: StoredJob[] = [];
    const found = readyWorkflows(healthy, ask.nowMs, ask.limit, (workflow) => placesOf(workflow) > 0);
    const seesAll = found.names.length < ask.limit; // else there may be further ones
    const left = new Set(found.withoutPlace);
    let turn = found.names;
    while (turn.length > 0 && jobs.length < ask.limit) {
      const share = Math.max(1, Math.floor((ask.limit - jobs.length) / turn.length));
      const more: string[] = [];
      for (const workflow of turn) {
        const wanted = Math.min(share, ask.limit - jobs.length, placesOf(workflow));
        if (wanted > 0) {
          const rows = healthy.ofWorkflow.all<ReadyRow>(workflow, ask.nowMs, wanted);
          for (const [seq] of rows) jobs.push(...lend(seq, ask.worker));
          served = workflow;
          if (rows.length < wanted) continue;
          room.set(workflow, placesOf(workflow) - wanted);
        }
        if (placesOf(workflow) > 0) more.push(workflow);
        else left.add(workflow); // perhaps
      }
      turn = more;
    }
    for (const workflow of turn) left.add(workflow);
    return { jobs, ...(seesAll && { left: [...left] }) };
  }

  /** The group that may share a worker, of the ready ones of all workflows that wait longest. */
  function takeGroup({ worker, nowMs, limit }: ClaimAsk): StoredJob[] {
    const ready = readyWorkflows(suspect, nowMs, Number.POSITIVE_INFINITY)
      .names.flatMap((workflow) => suspect.ofWorkflow.all<ReadyRow>(workflow, nowMs, suspectsLookedAt))
      .sort(([, , a], [, , b]) => a - b)
      .slice(0, suspectsLookedAt);
    const size = Math.min(limit, suspectGroup(ready.map(([, lost]) => ({ lost }))));
    return ready.slice(0, size).flatMap(([seq]) => lend(seq, worker));
  }

  /** When the next job is ready that is not yet; undefined where none is, or only behind one that is ready. */
  function earliestAfter(nowMs: number): number | undefined {
    const parked = [earliest(healthy) ?? nowMs, earliest(suspect) ?? nowMs].filter((at) => at > nowMs);
    return parked.length === 0 ? undefined : Math.min(...parked);
  }

  return {
    claim(ask) {
      if (!workers.lives(ask.worker)) return "expired";
      const { jobs, ...told }: Given = ask.of === "healthy" ? takeInTurns(ask) : { jobs: takeGroup(ask) };
      const nextReadyAt = jobs.length < ask.limit ? earliestAfter(ask.nowMs) : undefined;
      return {
        jobs,
        suspectsReady: readyWorkflows(suspect, ask.nowMs, 1).names.length > 0,
        ...told,
        ...(nextReadyAt !== undefined && { nextReadyAt }),
      };
    },
    waitingSince(nowMs) {
      const oldest = Math.min(earliest(healthy) ?? nowMs + 1, earliest(suspect) ?? nowMs + 1);
      return oldest <= nowMs ? oldest : null;
    },
  };
}

/** When the first of the jobs without a worker is ready, now or later; undefined where there is none. */
function earliest({ next }: Ready): number | undefined {
  let found: number | undefined;
  let row = next.get<[workflow: string, readyAt: number]>("");
  while (row !== undefined) {
    found = Math.min(found ?? row[1], row[1]);
    row = next.get(row[0]);
  }
  return found;
}

function prepareReady(prepare: Prepare, group: string): Ready {
  const waiting = `owner IS NULL AND ready_at IS NOT NULL AND ${group} AND format <= ${newestFormat}`;
  return {
    next: prepare(
      `SELECT workflow, ready_at FROM jobs WHERE ${waiting} AND workflow > ? ORDER BY workflow, ready_at LIMIT 1`,
    ),
    ofWorkflow: prepare(
      `SELECT seq, lost, ready_at FROM jobs WHERE ${waiting} AND workflow = ? AND ready_at <= ?
       ORDER BY ready_at LIMIT ?`,
    ),
  };
}
