import { defaultLimits } from "../model/decision/moment.ts";
import type { Token } from "./tokens.ts";

/** What the configuration says about the API. */
export interface ApiSettings {
  /** The host of the address listened on, as configured: requests may name it in `Host`. */
  readonly listenHost: string;
  /** Further names that `Host` may have, without port, case ignored; `*` allows every name. Key `allowed_hosts`. */
  readonly allowedHosts: readonly string[];
  /** Empty: nobody is asked for a token. */
  readonly tokens: readonly Token[];
  /** Of a request's body. */
  readonly maxBodyBytes: number;
  /** How deep arrays and objects of a body may be nested; the body itself is level 1. Key `max_input_depth`. */
  readonly maxInputDepth: number;
  /** Values of a body, at every level. Key `max_input_values`. */
  readonly maxInputValues: number;
  /** Names of inputs that are shown as `***`, and hidden where results repeat them, beside `secretParameters` of a definition; case ignored, `*` stands for any characters. Key `secret_names`. */
  readonly secretNames: readonly string[];
  /** How long the key of a start is remembered, from the start on, also when the job is deleted. Key `idempotency_window`. */
  readonly idempotencyWindowMs: number;
  /** For the whole request to arrive. */
  readonly requestTimeoutMs: number;
  /** For the store to tell how it is; then it counts as unreachable. */
  readonly healthTimeoutMs: number;
}

export const defaultApiSettings: ApiSettings = {
  listenHost: "127.0.0.1",
  allowedHosts: [],
  tokens: [],
  maxBodyBytes: defaultLimits.maxInputBytes,
  maxInputDepth: 32,
  maxInputValues: 10_000,
  secretNames: [],
  idempotencyWindowMs: 24 * 3_600_000,
  requestTimeoutMs: 60_000,
  healthTimeoutMs: 5_000,
};
