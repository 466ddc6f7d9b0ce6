import { takes } from "../../../model/takes.ts";
import { type Candidate, lastInTurn, pickWorkflows, workflowsLookedAt } from "../../priorities.ts";
import type { ClaimAsk, UntakenAsk, UntakenJobs } from "../../store.ts";
import { suspectFrom, suspectGroup, suspectsLookedAt } from "../../suspects.ts";
import type { Prepare } from "../database/database.ts";
import type { ClaimResult, StoredJob } from "../protocol.ts";
import type { Tally } from "./job/tally.ts";
import type { Topics } from "./job/topics.ts";
import { type Line, Lines, type ReadyJob } from "./lines.ts";
import type { JobReader } from "./read-job.ts";
import type { WorkerStatements } from "./workers.ts";

export interface Claims {
  claim(ask: ClaimAsk): ClaimResult;
  /** Since when the longest-ready job without a worker has been ready; null where none is. */
  waitingSince(nowMs: number): number | null;
  untaken(ask: UntakenAsk): UntakenJobs[];
}

/** Positions of columns in a job's row. */
const position = { workflow: 2, status: 5, waiting: 19 } as const;

/** A workflow with ready jobs. */
interface Ready extends Candidate {
  readonly lines: readonly Line[];
}

/** What is looked at and given in one claim. */
interface Turn {
  readonly ask: ClaimAsk;
  readonly jobs: StoredJob[];
  /** Places of the workflows for which they are numbered. */
  readonly room: Map<string, number>;
  /** Of which workflows more is ready; of those, which have as many jobs with workers as they may. */
  readonly left: Set<string>;
  readonly capped: Set<string>;
  readonly served: Set<string>;
}

/** Gives ready jobs to workers: healthy ones in turns over the workflows, suspects in groups. */
export function prepareClaims(
  prepare: Prepare,
  topics: Topics,
  reader: JobReader,
  workers: WorkerStatements,
  tally: Tally,
): Claims {
  const healthy = new Lines(prepare, topics, `lost < ${suspectFrom}`, "jobs_ready");
  const suspect = new Lines(prepare, topics, `lost >= ${suspectFrom}`, "jobs_ready_suspects");
  const lease = prepare(
    "UPDATE jobs SET owner = ?, fence = fence + 1, version = version + 1, changed = ? WHERE seq = ?",
  );
  const held = prepare(
    "SELECT count(*) FROM jobs WHERE workflow = ? AND owner IS NOT NULL AND max_running IS NOT NULL",
  );
  /** The workflow that was served last: the next claim begins after it. */
  let served = "";
  /** Whether the next single place goes by priority. */
  let byPriority = false;

  /** How many more jobs of the workflow may be with workers, as one with that cap sees it. */
  function placesUnder(maxRunning: number | null, workflow: string): number {
    return maxRunning === null ? Number.POSITIVE_INFINITY : maxRunning - (held.get<[number]>(workflow)?.[0] ?? 0);
  }

  /** At most `limit` workflows with ready jobs that a worker takes, each once, the first one after `served`; those that `passOver` tells are none of them. */
  function readyWorkflows(
    lines: Lines,
    { nowMs, takes: taken = {} }: Pick<ClaimAsk, "nowMs" | "takes">,
    limit: number,
    passOver: (line: Line) => boolean = () => false,
  ): Ready[] {
    const found = new Map<string, Line[]>();
    const collect = (from: string, until: string | undefined): void => {
      for (const line of lines.after(from)) {
        const { workflow } = line;
        if (until !== undefined && workflow > until) return;
        const own = found.get(workflow);
        if (own === undefined && found.size === limit) return;
        if (line.readyAt > nowMs || !takes(taken, line) || (own === undefined && passOver(line))) continue;
        if (own === undefined) found.set(workflow, [line]);
        else own.push(line);
      }
    };
    collect(served, undefined);
    if (served !== "") collect("", served);
    return [...found].map(([workflow, own]) => {
      return { workflow, lines: own, priority: Math.max(...own.map(({ priority }) => priority)) };
    });
  }

  function lend({ seq }: ReadyJob, worker: string): StoredJob[] {
    lease.run(worker, tally.batch(), seq);
    const job = reader.bySeq(seq);
    if (job === undefined) return [];
    const { columns } = job;
    const standing = {
      workflow: columns[position.workflow],
      status: columns[position.status],
      waiting: columns[position.waiting],
    };
    tally.move({ ...standing, owner: null }, { ...standing, owner: worker });
    return [job];
  }

  /** Gives a workflow's share. False where it has no more that may be given. */
  function serve({ workflow, lines }: Ready, share: number, turn: Turn): boolean {
    const { ask, jobs, room, left, capped } = turn;
    const places = room.get(workflow) ?? Number.POSITIVE_INFINITY;
    const wanted = Math.min(share, places);
    const rows = healthy.first(lines, ask.nowMs, wanted);
    let given = 0;
    for (const row of rows) {
      if (placesUnder(row.maxRunning, workflow) <= 0) {
        capped.add(workflow);
        left.add(workflow);
        return false;
      }
      jobs.push(...lend(row, ask.worker));
      given += 1;
      turn.served.add(workflow);
    }
    if (room.has(workflow)) room.set(workflow, places - given);
    if (places - given <= 0) left.add(workflow); // perhaps
    return given === wanted && places > given;
  }

  function takeInTurns(ask: ClaimAsk): Turn & { readonly seesAll: boolean } {
    const turn: Turn = {
      ask,
      jobs: [],
      room: new Map(ask.room),
      left: new Set(),
      capped: new Set(),
      served: new Set(),
    };
    const done = new Set<string>();
    const passOver = ({ workflow, maxRunning }: Line): boolean => {
      if (done.has(workflow)) return true;
      const isCapped = placesUnder(maxRunning, workflow) <= 0;
      if (isCapped) turn.capped.add(workflow);
      if (isCapped || turn.room.get(workflow) === 0) turn.left.add(workflow);
      return turn.left.has(workflow);
    };
    for (;;) {
      const limit = Math.max(workflowsLookedAt, ask.limit);
      const inTurns = readyWorkflows(healthy, ask, limit, passOver);
      if (inTurns.length === 0) return { ...turn, seesAll: true };
      const seesAll = inTurns.length < limit;
      let rest = inTurns;
      while (rest.length > 0 && turn.jobs.length < ask.limit) {
        const places = ask.limit - turn.jobs.length;
        const picked = new Set(pickWorkflows(rest, places, byPriority));
        const share = Math.max(1, Math.floor(places / picked.size));
        const ended = new Set<string>();
        for (const ready of rest.filter(({ workflow }) => picked.has(workflow)))
          if (turn.jobs.length < ask.limit && !serve(ready, share, turn)) ended.add(ready.workflow);
        for (const workflow of ended) done.add(workflow);
        rest = rest.filter(({ workflow }) => !ended.has(workflow));
      }
      served = lastInTurn(inTurns, turn.served) ?? served;
      for (const { workflow } of rest) turn.left.add(workflow);
      if (turn.jobs.length >= ask.limit) return { ...turn, seesAll };
      if (seesAll) return { ...turn, seesAll };
    }
  }

  /** The group that may share a worker, of the ready ones of all workflows that wait longest. */
  function takeGroup(ask: ClaimAsk): StoredJob[] {
    const { worker, nowMs, limit } = ask;
    const ready = readyWorkflows(suspect, ask, Number.POSITIVE_INFINITY)
      .flatMap(({ workflow, lines }) =>
        suspect.first(lines, nowMs, suspectsLookedAt).map((row) => ({ ...row, workflow })),
      )
      .filter(({ maxRunning, workflow }) => placesUnder(maxRunning, workflow) > 0)
      .sort((a, b) => a.readyAt - b.readyAt)
      .slice(0, suspectsLookedAt);
    const size = Math.min(limit, suspectGroup(ready));
    return ready
      .slice(0, size)
      .flatMap((row) => (placesUnder(row.maxRunning, row.workflow) > 0 ? lend(row, worker) : []));
  }

  /** When the next job that the worker takes is ready that is not yet; undefined where none is. */
  function earliestAfter({ nowMs, takes: taken = {} }: ClaimAsk): number | undefined {
    const isTaken = (line: Line): boolean => takes(taken, line);
    const parked = [healthy, suspect]
      .map((lines) => lines.earliestAfter(nowMs, isTaken))
      .filter((at) => at !== undefined);
    return parked.length === 0 ? undefined : Math.min(...parked);
  }

  function claimHealthy(ask: ClaimAsk): Omit<Exclude<ClaimResult, "expired">, "suspectsReady"> {
    const { jobs, left, capped, seesAll } = takeInTurns(ask);
    byPriority = !byPriority;
    return { jobs, ...(seesAll && { left: [...left], ...(capped.size > 0 && { capped: [...capped] }) }) };
  }

  return {
    claim(ask) {
      if (!workers.lives(ask.worker)) return "expired";
      const given = ask.of === "healthy" ? claimHealthy(ask) : { jobs: takeGroup(ask) };
      const nextReadyAt = given.jobs.length < ask.limit ? earliestAfter(ask) : undefined;
      return {
        ...given,
        suspectsReady:
          readyWorkflows(suspect, ask, 1, ({ maxRunning, workflow }) => placesUnder(maxRunning, workflow) <= 0).length >
          0,
        ...(nextReadyAt !== undefined && { nextReadyAt }),
      };
    },
    waitingSince(nowMs) {
      const oldest = Math.min(healthy.earliest() ?? nowMs + 1, suspect.earliest() ?? nowMs + 1);
      return oldest <= nowMs ? oldest : null;
    },
    untaken({ takers, nowMs, limit }) {
      const found = new Map<string, UntakenJobs>();
      for (const lines of [healthy, suspect])
        for (const line of lines.after("")) {
          const { workflow, topic, readyAt } = line;
          if (readyAt > nowMs || takers.some((taker) => takes(taker, line))) continue;
          const key = JSON.stringify([workflow, topic]);
          const since = Math.min(readyAt, found.get(key)?.since ?? readyAt);
          if (found.size < limit || found.has(key)) found.set(key, { workflow, topic, since });
        }
      return [...found.values()];
    },
  };
}
