import type { ObjectId, Timestamp } from "mongodb";
import type { JobId, WorkerId } from "../../model/ids.ts";
import type { Hint } from "../notifier.ts";

/** Whom a document is for, beside the address of a process. Every process reads both. */
export const topics = ["workers", "starters"] as const;

/** What is told in one document. Inputs are never in it: a capped collection can neither be redacted nor pruned. */
export type Message =
  | { readonly to: "workers"; readonly kind: "ready" | "changed" }
  | { readonly to: "workers"; readonly kind: "revoked" | "left"; readonly jobs: JobId[] }
  | { readonly to: "starters"; readonly kind: "room"; readonly worker: WorkerId; room: number; but?: readonly string[] }
  | { readonly to: string; readonly kind: "assigned"; readonly worker: WorkerId; readonly jobs: JobId[] };

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
  readonly jobs?: unknown;
  readonly room?: unknown;
  readonly but?: unknown;
}

/** What a document says; nothing where it is not one of ours, or of a version that knows more. */
export function hintsOf({ kind, to, worker, jobs, room, but }: StoredMessage): Hint[] {
  switch (kind) {
    case "ready":
    case "changed":
      return [{ kind }];
    case "revoked":
    case "left":
      return areTexts(jobs) ? jobs.map((jobId) => ({ kind, jobId })) : [];
    case "room":
      if (typeof worker !== "string" || typeof room !== "number") return [];
      return [{ kind, worker, room, ...(areTexts(but) && { but }) }];
    case "assigned":
      return typeof to === "string" && typeof worker === "string" && areTexts(jobs) ? [{ kind, to, worker, jobs }] : [];
    default:
      return [];
  }
}

function areTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((member) => typeof member === "string");
}
