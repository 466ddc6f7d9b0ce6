import type { JobId } from "../../model/ids.ts";
import type { Hint } from "../notifier.ts";
import type { Message } from "./hint-documents.ts";

type ListMessage = Extract<Message, { readonly jobs: JobId[] }>;

/** Ids in one document: with it, about 30 KiB. */
const jobsPerMessage = 1000;

/** What may wait, counted in documents and ids: a few MiB at most. */
const defaultCapacity = 50_000;

/**
 * Hints on their way to the collection, grouped: one document a worker (`assigned`, `room`), a topic (`ready`) or a kind. Beyond its capacity the oldest
 * are dropped, for a hint may be lost and memory may not.
 */
export class Outbox {
  readonly #capacity: number;
  /** What each is about; oldest first. */
  readonly #waiting = new Map<Message, string>();
  /** The one of those about the same that may still grow or be replaced. */
  readonly #open = new Map<string, Message>();
  #size = 0;
  #dropped = 0;

  constructor(capacity: number = defaultCapacity) {
    this.#capacity = capacity;
  }

  get empty(): boolean {
    return this.#waiting.size === 0;
  }

  add(hint: Hint): void {
    switch (hint.kind) {
      case "ready": {
        const { kind, topic } = hint;
        this.#once(`${kind} ${topic ?? ""}`, { to: "workers", kind, ...(topic !== undefined && { topic }) });
        break;
      }
      case "changed":
        this.#once(hint.kind, { to: "workers", kind: hint.kind });
        break;
      case "defined":
        this.#once(`${hint.kind} ${hint.workflow}`, { to: "starters", ...hint });
        break;
      case "room":
        this.#newest(hint);
        break;
      case "revoked":
      case "left": {
        const { kind, jobId } = hint;
        this.#append(kind, [jobId], () => ({ to: "workers", kind, jobs: [] }));
        break;
      }
      case "assigned": {
        const { kind, to, worker, jobs } = hint;
        this.#append(`assigned ${to} ${worker}`, jobs, () => ({ to, kind, worker, jobs: [] }));
        break;
      }
      case "watching":
        this.#append(hint.kind, hint.jobs, () => ({ to: "workers", kind: "watching", jobs: [] }));
        break;
      case "progressed": {
        const { kind, to, jobs } = hint;
        this.#append(`${kind} ${to}`, jobs, () => ({ to, kind, jobs: [] }));
        break;
      }
      default:
        hint satisfies never;
    }
    while (this.#size > this.#capacity) this.#dropOldest();
  }

  /** Takes the oldest documents, at most so many. */
  take(limit: number): Message[] {
    const taken = [...this.#waiting.keys()].slice(0, limit);
    for (const message of taken) this.#remove(message);
    return taken;
  }

  /** How many documents were dropped since this was asked last. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  #once(about: string, message: Message): void {
    if (!this.#open.has(about)) this.#put(about, message);
  }

  #newest({ worker, room, but }: Extract<Hint, { kind: "room" }>): void {
    const about = `room ${worker}`;
    const open = this.#open.get(about);
    if (open?.kind !== "room") this.#put(about, { to: "starters", kind: "room", worker, room, ...(but && { but }) });
    else {
      open.room = room;
      if (but === undefined) delete open.but;
      else open.but = but;
    }
  }

  #append(about: string, jobs: readonly JobId[], fresh: () => ListMessage): void {
    for (const job of jobs) {
      this.#growing(about, fresh).jobs.push(job);
      this.#size++;
    }
  }

  #growing(about: string, fresh: () => ListMessage): ListMessage {
    const open = this.#open.get(about);
    if (open !== undefined && "jobs" in open && open.jobs.length < jobsPerMessage) return open;
    const next = fresh();
    this.#put(about, next);
    return next;
  }

  #put(about: string, message: Message): void {
    this.#open.set(about, message);
    this.#waiting.set(message, about);
    this.#size++;
  }

  #dropOldest(): void {
    const [oldest] = this.#waiting.keys();
    if (oldest === undefined) return;
    this.#remove(oldest);
    this.#dropped++;
  }

  #remove(message: Message): void {
    const about = this.#waiting.get(message);
    if (about !== undefined && this.#open.get(about) === message) this.#open.delete(about);
    this.#waiting.delete(message);
    this.#size -= 1 + ("jobs" in message ? message.jobs.length : 0);
  }
}
