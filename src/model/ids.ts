import { hash, randomBytes } from "node:crypto";

/** 24 lower-case hex digits; time-ordered unless derived from an idempotency key. */
export type JobId = string;

/** Random per process start: an incarnation of a worker, never used again. */
export type WorkerId = string;

const jobIdPattern = /^[0-9a-f]{24}$/;

export function isJobId(text: string): text is JobId {
  return jobIdPattern.test(text);
}

let lastStamp = 0;
let sequence = 0;

/**
 * A new id: 48 bits of time in ms, 16 bits that count within that ms, 32 random bits.
 * Time-ordered ids keep the indexes of a large store warm at one end.
 */
export function newJobId(nowMs: number): JobId {
  if (nowMs > lastStamp) {
    lastStamp = nowMs;
    sequence = 0;
  } else if (++sequence > 0xffff) {
    lastStamp += 1; // 65,536 ids in one ms: borrow from the next, order is kept
    sequence = 0;
  }
  const time = lastStamp.toString(16).padStart(12, "0");
  return `${time}${sequence.toString(16).padStart(4, "0")}${randomHex4()}`;
}

let pool = Buffer.alloc(0);
let used = 0;

/** 4 random bytes as hex. Drawn from a pool: asking the system for each id cost a twentieth of a start. */
function randomHex4(): string {
  if (used >= pool.length) {
    pool = randomBytes(4096);
    used = 0;
  }
  const hex = pool.toString("hex", used, used + 4);
  used += 4;
  return hex;
}

/** The id of a start with an idempotency key: the same workflow and key give the same job, on any server, with no index beside the id's. */
export function keyedJobId(workflow: string, key: string): JobId {
  return sha256Hex(`${workflow}\u0000${key}`).slice(0, 24);
}

/** The key of one start of a batch that has a key, by its place. No key of a client holds a NUL, so that no single start has the same. */
export function memberKey(key: string, place: number): string {
  return `${key}\u0000${place}`;
}

/** The id of the job that does what stands there in another: the same at each call of one run and generation, so that it is there once. */
export function childJobId(parent: JobId, run: number, path: string, iteration: number, generation = 0): JobId {
  const which = generation === 0 ? "child" : `child#${generation}`;
  return sha256Hex(`${parent}/${run}/${path}/${iteration}/${which}`).slice(0, 24);
}

/** The id of the job that is started because a run of another failed. */
export function failureJobId(failed: JobId, run: number): JobId {
  return sha256Hex(`${failed}/${run}/failure`).slice(0, 24);
}

export function newWorkerId(): WorkerId {
  return randomBytes(8).toString("hex");
}

export function sha256Hex(text: string): string {
  return hash("sha256", text);
}

/** What makes the outward key of a task execution, beside the job and its run. */
interface KeyedTask {
  readonly path: string;
  readonly iteration: number;
  /** How often people asked for another key. */
  readonly keys?: number;
}

/**
 * What a called service may use to recognise a repeated call: constant over attempts and `retry`, new at `restart`, and where a retry asks for
 * a new one.
 */
export function outwardIdempotencyKey(job: JobId, run: number, { path, iteration, keys = 0 }: KeyedTask): string {
  return sha256Hex(`${job}/${run}/${path}/${iteration}${keys === 0 ? "" : `#${keys}`}`).slice(0, 32);
}
