import { type Call, CommitQueue, type Lane, type QueueBounds } from "../commit-queue.ts";
import type { CommitAnswer, InsertAnswer } from "../store.ts";
import type { Collections } from "./collections.ts";
import { type CommitMember, commitJobs } from "./commands/commit.ts";
import { insertJobs } from "./commands/insert.ts";
import { proveWritable } from "./commands/prove-writable.ts";
import type { InsertDocument } from "./documents/job-document.ts";
import type { Weighed } from "./documents/payloads.ts";
import { budgets } from "./outcome/retry.ts";

/**
 * Measured best (two cores, one member, 64 clients): one batch under way, 200 rows at most, flushed at once when idle, and a pause after a
 * batch of some. The figures are in docs/decisions/0006-mongodb.md.
 */
const bounds: QueueBounds = {
  batchMembers: 200,
  batchBytes: 4 * 1024 * 1024,
  waitingMembers: 20_000,
  waitingBytes: 128 * 1024 * 1024,
  startWaitMs: 1000,
  lingerMs: 12,
  lingerAbove: 4,
};

/** Starts and results in group commits, each kind with a command of its own and one batch of it under way. */
export class WriteQueues {
  readonly #inserts: CommitQueue<InsertDocument, InsertAnswer>;
  readonly #commits: CommitQueue<CommitMember, CommitAnswer>;
  readonly #collections: Collections;
  #probing = false;

  constructor(collections: Collections) {
    this.#collections = collections;
    this.#inserts = new CommitQueue(async (members) => answered(await insertJobs(collections, members)), bounds);
    this.#commits = new CommitQueue(async (members) => answered(await commitJobs(collections, members)), bounds);
  }

  get writable(): boolean {
    return this.#inserts.writable && this.#commits.writable;
  }

  insert(members: readonly InsertDocument[]): Promise<InsertAnswer[]> {
    return this.#inserts.submit(members.map((member) => callOf(member, "starts")));
  }

  commit(members: readonly CommitMember[]): Promise<CommitAnswer[]> {
    return this.#commits.submit(members.map((member) => callOf(member, "results")));
  }

  /** Nobody may write while the store is told to be sick: finds out whether it still is. */
  probe(): void {
    if (this.#probing || this.writable) return;
    this.#probing = true;
    proveWritable(this.#collections, budgets.read)
      .then(() => {
        this.#inserts.recovered();
        this.#commits.recovered();
      })
      .catch(() => undefined) // still sick: `writable` says so
      .finally(() => {
        this.#probing = false;
      });
  }

  async close(): Promise<void> {
    await Promise.all([this.#inserts.close(), this.#commits.close()]);
  }
}

/** Sends the members that are no refusals; answers all, in order. */
export async function writeMembers<M extends object, A>(
  members: readonly (M | Refused)[],
  send: (members: readonly M[]) => Promise<readonly A[]>,
): Promise<(A | { readonly kind: "refused"; readonly reason: string })[]> {
  const sent = members.filter((member): member is M => !isRefused(member));
  const answers = sent.length === 0 ? [] : await send(sent);
  let next = 0;
  return members.map((member) => {
    if (isRefused(member)) return { kind: "refused", reason: member.refused };
    const answer = answers[next++];
    if (answer === undefined) throw new Error("The store gave too few answers");
    return answer;
  });
}

export interface Refused {
  readonly refused: string;
}

function isRefused(member: object): member is Refused {
  return "refused" in member;
}

function callOf<Ask extends Weighed>(ask: Ask, lane: Lane): Call<Ask> {
  return { ask, lane, members: 1, bytes: ask.bytes };
}

function answered<A>(answers: readonly A[]): { readonly answer: A }[] {
  return answers.map((answer) => ({ answer }));
}
