import type { JobId } from "../../ids.ts";
import type { JsonObject } from "../../json.ts";

/**
 * Something that a job wants done to another job. It is decided and committed with what caused it, and stays in the job until a later commit
 * acknowledges that it was done: a process that dies in between leaves it to others. Done twice, each is harmless.
 */
export type Effect = StartJob | CancelJob | TellParent;

interface Decided {
  /** Higher than that of any earlier effect of its job, so that a late acknowledgement is never taken for that of a later one. */
  readonly id: number;
  /** When it was decided: epoch ms of the store's clock. */
  readonly at: number;
}

/** A job is to be started under a derived id, as one that nobody waits for, or as a child. */
export interface StartJob extends Decided {
  readonly kind: "start_job";
  readonly job: JobId;
  readonly workflow: string;
  /** Absent: the newest. */
  readonly version?: number;
  readonly input: JsonObject;
  /** A child that goes on from where it failed calls under new outward keys. */
  readonly newKey?: true;
  /** It begins then, epoch ms; past, or absent: at once. */
  readonly notBefore?: number;
  /** Of a child. One that is there already from an earlier call is called again: begun anew where it failed, asked for its result where it completed. */
  readonly parent?: ParentRef;
  /** Of one that is started because this one failed: how many such stand in a row before it, this one included. A child has as many as its parent. */
  readonly afterFailures?: number;
}

/** A job is to be ended, if it has not. */
export interface CancelJob extends Decided {
  readonly kind: "cancel_job";
  readonly job: JobId;
  readonly by: string;
  readonly reason?: string;
  /** Of a child: the call that is called off; a later one goes on. */
  readonly call?: number;
}

/** This job has ended, and its parent is to be told how. */
export interface TellParent extends Decided {
  readonly kind: "tell_parent";
}

/** Whose part a child is, and which. */
export interface ParentRef {
  readonly id: JobId;
  readonly run: number;
  readonly path: string;
  readonly iteration: number;
  /** Id of the effect that called the child: an answer to an earlier call is none to a later one. */
  readonly call: number;
  /** How many jobs stand above the child. */
  readonly depth: number;
}

/** More effects than one change can bring. */
const idsPerVersion = 65_536;

/** The id of the next effect of a job of that version that has those effects. */
export function nextEffectId(version: number, effects: readonly Effect[]): number {
  return Math.max(version * idsPerVersion, ...effects.map(({ id }) => id + 1));
}

/** When the earliest of these was decided; undefined where there is none. */
export function owedSince(effects: readonly Effect[]): number | undefined {
  return effects.length === 0 ? undefined : Math.min(...effects.map(({ at }) => at));
}
