import type { ObjectId, Timestamp } from "mongodb";
import type { JobId, WorkerId } from "../../model/ids.ts";
import type { Hint } from "../notifier.ts";

/** Whom a document is for, beside the address of a process. Every process reads both. */
export const topics = ["workers", "starters"] as const;

/** What is told in one document. Inputs are never in it: a capped collection can neither be redacted nor pruned. */
export type Message =
  | { readonly to: "workers"; readonly kind: "ready"; readonly topic?: string }
  | { readonly to: "workers"; readonly kind: "changed" }
  | { readonly to: "workers"; readonly kind: "revoked" | "left"; readonly jobs: JobId[] }
  | { readonly to: "starters"; readonly kind: "defined"; readonly workflow: string }
  | { readonly to: "starters"; readonly kind: "room"; readonly worker: WorkerId; room: number; but?: readonly string[] }
  | { readonly to: string; readonly kind: "assigned"; readonly worker: WorkerId; readonly jobs: JobId[] }
  | { readonly to: "workers"; readonly kind: "watching"; readonly jobs: JobId[] }
  | { readonly to: string; readonly kind: "progressed"; readonly jobs: JobId[] };

/** A document as the collection holds it. Others may have put anything else there. */
export interface StoredMessage {
  readonly _id: ObjectId;
  readonly to?: unknown;
  /** The address of the process that wrote it. */
  readonly from?: unknown;
  /** The server's logical clock, which the server puts in place of the empty timestamp that it is sent. */
  readonly at?: Timestamp;
  readonly kind?: unknown;
  readonly worker?: unknown;
  readonly workflow?: unknown;
  readonly jobs?: unknown;
  readonly room?: unknown;
  readonly but?: unknown;
  readonly topic?: unknown;
}

/** What a document says; nothing where it is not one of ours, or of a version that knows more. */
export function hintsOf({ kind, to, from, workflow, worker, jobs, room, but, topic }: StoredMessage): Hint[] {
  switch (kind) {
    case "ready":
      return [{ kind, ...(typeof topic === "string" && { topic }) }];
    case "changed":
      return [{ kind }];
    case "defined":
      return typeof workflow === "string" ? [{ kind, workflow }] : [];
    case "revoked":
    case "left":
      return areTexts(jobs) ? jobs.map((jobId) => ({ kind, jobId })) : [];
    case "room":
      if (typeof worker !== "string" || typeof room !== "number") return [];
      return [{ kind, worker, room, ...(areTexts(but) && { but }) }];
    case "assigned":
      return typeof to === "string" && typeof worker === "string" && areTexts(jobs) ? [{ kind, to, worker, jobs }] : [];
    case "watching":
      return typeof from === "string" && areTexts(jobs) ? [{ kind, at: from, jobs }] : [];
    case "progressed":
      return typeof to === "string" && areTexts(jobs) ? [{ kind, to, jobs }] : [];
    default:
      return [];
  }
}

function areTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((member) => typeof member === "string");
}
