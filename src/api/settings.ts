import { defaultLimits } from "../model/decision/moment.ts";
import type { Token } from "./tokens.ts";

/** What the configuration says about the API. */
export interface ApiSettings {
  /** The host of the address listened on, as configured: requests may name it in `Host`. */
  readonly listenHost: string;
  /** Further names that `Host` may have, without port, case ignored; `*` allows every name. Key `allowed_hosts`. */
  readonly allowedHosts: readonly string[];
  /** Origins (`https://desk.example`) whose pages may call, beside the server's own. Key `allowed_origins`. */
  readonly allowedOrigins: readonly string[];
  /** Empty: nobody is asked for a token. */
  readonly tokens: readonly Token[];
  /** Of a request's body. */
  readonly maxBodyBytes: number;
  /** Of a body that holds the inputs of many starts. Key `max_batch_bytes`. */
  readonly maxBatchBytes: number;
  /** How deep arrays and objects of a body may be nested; the body itself is level 1. Key `max_input_depth`. */
  readonly maxInputDepth: number;
  /** Values of a body, at every level. Key `max_input_values`. */
  readonly maxInputValues: number;
  /** Names of inputs that are shown as `***`, and hidden where results repeat them, beside `secretParameters` of a definition; case ignored, `*` stands for any characters. Key `secret_names`. */
  readonly secretNames: readonly string[];
  /** How long the key of a start is remembered, from the start on, also when the job is deleted. Key `idempotency_window`. */
  readonly idempotencyWindowMs: number;
  /** Clients that wait for the end of a job or watch jobs, at once. Key `max_watchers`. */
  readonly maxWatchers: number;
  /** After so many ms in which nothing happened a watcher hears that it is still connected. */
  readonly heartbeatMs: number;
  /** A watcher that takes nothing of what is sent for so many ms is cut off; several times `heartbeatMs`. */
  readonly stalledMs: number;
  /** For the whole request to arrive. */
  readonly requestTimeoutMs: number;
  /** For the store to tell how it is; then it counts as unreachable. */
  readonly healthTimeoutMs: number;
}

export const defaultApiSettings: ApiSettings = {
  listenHost: "127.0.0.1",
  allowedHosts: [],
  allowedOrigins: [],
  tokens: [],
  maxBodyBytes: defaultLimits.maxInputBytes,
  maxBatchBytes: 16 * 1024 * 1024,
  maxInputDepth: 32,
  maxInputValues: 10_000,
  secretNames: [],
  idempotencyWindowMs: 24 * 3_600_000,
  maxWatchers: 1000,
  heartbeatMs: 15_000,
  stalledMs: 60_000,
  requestTimeoutMs: 60_000,
  healthTimeoutMs: 5_000,
};
