import { randomBytes } from "node:crypto";
import { Timestamp } from "mongodb";
import type { ChangedAsk, ChangedJob, ChangedJobs } from "../../search.ts";
import type { Collections } from "../collections.ts";
import { acknowledgedWithinMs } from "../commands/stamp.ts";
import { summaryOf, summaryOnly } from "../documents/read-job.ts";
import { budgets, untilAnswered } from "../outcome/retry.ts";
import { type Hold, type Look, type Seen, SeenChanges } from "./seen-changes.ts";

/** A change as its index has it. */
interface Key {
  readonly _id: string;
  readonly version: number;
  readonly changedAt: Timestamp | Date;
}

const keysAtOnce = 1000;

/** With labels, which lists do not show. */
const { labels: _labels, ...withLabels } = summaryOnly;

/**
 * Tells what changed by the time that every write gives its jobs. Writes become visible out of the order of their times, but within `acknowledgedWithinMs`: so much is
 * looked back, and what was told already is left out, as long as this process remembers it. A mark is a time; on a process that does not remember, its jobs come again.
 */
export class Changes {
  readonly #collections: Collections;
  readonly #seen = new SeenChanges(`${randomBytes(6).toString("base64url")}`, acknowledgedWithinMs);

  constructor(collections: Collections) {
    this.#collections = collections;
  }

  /** Throws `invalid_request` for a mark that no store of this kind gave. */
  async changed({ since, limit }: ChangedAsk): Promise<ChangedJobs> {
    const held = since === undefined ? undefined : this.#seen.at(since);
    try {
      const { hold, look, answer } = await untilAnswered(budgets.read, () => this.#look(held, limit));
      hold.keep(look); // of this try alone: one that was given up may still be reading
      hold.release();
      return answer;
    } finally {
      held?.release();
    }
  }

  /** One try. */
  async #look(
    held: Hold | undefined,
    limit: number,
  ): Promise<{ readonly hold: Hold; readonly look: Look; readonly answer: ChangedJobs }> {
    const hold = held ?? this.#seen.begin(await this.#now());
    const look = hold.look();
    return { hold, look, answer: held === undefined ? await this.#begin(look) : await this.#next(look, limit) };
  }

  async #next(seen: Seen, limit: number): Promise<ChangedJobs> {
    const most = Math.min(1000, Math.max(1, limit));
    const keys = await this.#keys(seen, most);
    // Of two changes of a job only the last is told, so that fewer jobs may come than were found.
    return { ...(await this.#tell(seen, keys)), ...(keys.length >= most && { more: true }) };
  }

  /** What was changed before the mark of now is as good as told. */
  async #begin(seen: Seen): Promise<ChangedJobs> {
    for (const { _id, version, changedAt } of await this.#keys(seen, Number.POSITIVE_INFINITY))
      seen.add({ id: _id, version, at: msOf(changedAt) });
    return { jobs: [], mark: seen.mark() };
  }

  async #now(): Promise<number> {
    const { localTime } = await this.#collections.db.command({ hello: 1 });
    return (localTime as Date).getTime();
  }

  /** The first that were not told, by time: of those inserted since, and of those changed later. */
  async #keys(seen: Seen, limit: number): Promise<Key[]> {
    const fromMs = seen.at - acknowledgedWithinMs;
    const [inserted, changed] = await Promise.all([
      this.#read(new Timestamp({ t: Math.max(0, Math.floor(fromMs / 1000)), i: 0 }), seen, limit),
      this.#read(new Date(fromMs), seen, limit),
    ]);
    const keys = [...inserted, ...changed].sort((a, b) => msOf(a.changedAt) - msOf(b.changedAt));
    return keys.slice(0, limit);
  }

  /** A range of the index has values of one type. */
  async #read(from: Timestamp | Date, seen: Seen, limit: number): Promise<Key[]> {
    const options = {
      projection: { _id: 1, version: 1, changedAt: 1 },
      sort: { changedAt: 1, _id: 1 },
      hint: "changed",
      batchSize: keysAtOnce,
    } as const;
    const cursor = this.#collections.jobs.find<Key>({ changedAt: { $gte: from } }, options);
    const keys: Key[] = [];
    for await (const key of cursor) {
      if (!seen.has(key._id, key.version)) keys.push(key);
      if (keys.length >= limit) break;
    }
    return keys;
  }

  async #tell(seen: Seen, keys: readonly Key[]): Promise<ChangedJobs> {
    if (keys.length === 0) return { jobs: [], mark: seen.mark() };
    const ids = [...new Set(keys.map(({ _id }) => _id))];
    const filter = { _id: { $in: ids }, shown: { $exists: true } };
    const found = await this.#collections.jobs.find(filter, { projection: withLabels, hint: { _id: 1 } }).toArray();
    const documents = new Map(found.map((document) => [document._id, document]));
    const jobs: ChangedJob[] = [];
    for (const { _id: id, version, changedAt } of keys) {
      const document = documents.get(id);
      seen.add({ id, version: Math.max(version, document?.version ?? 0), at: msOf(changedAt) });
      if (document === undefined) continue; // removed since
      documents.delete(id);
      const job = summaryOf(document);
      if (job !== undefined) jobs.push({ job, labels: document.labels ?? [], mark: seen.mark() });
    }
    return { jobs, mark: seen.mark() };
  }
}

/** Of a timestamp the second: those within it are in the order of its other half. */
function msOf(at: Timestamp | Date): number {
  return at instanceof Date ? at.getTime() : at.t * 1000;
}
