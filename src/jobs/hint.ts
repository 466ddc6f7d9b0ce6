import { isFinal, type Job } from "../model/job/job.ts";
import type { Deps } from "./deps.ts";

/** Tells whoever has to know that something came to a job from outside: the worker in which other branches of it run, or anyone. */
export function hintAt({ notifier }: Deps, { id, lease, status }: Job): void {
  notifier.publish(lease === undefined && !isFinal(status) ? { kind: "ready" } : { kind: "revoked", jobId: id });
}
