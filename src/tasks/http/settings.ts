import { usualReadTimeOutMs } from "../../model/told/call-as-written.ts";

/** What an installation decides about its `http` tasks. */
export interface HttpSettings {
  /** To connect, name look-up and TLS included, where the task does not say; ms, 1 to 86,400,000. */
  readonly connectTimeoutMs: number;
  /** From the request's first byte to the answer's last, where the task does not say; ms, 1 to 86,400,000. */
  readonly responseTimeoutMs: number;
  /** Of an answer's body: as received, as decompressed and as stored; the rest is cut off. Bytes, at least 1; the engine's limit of a result. */
  readonly maxResponseBytes: number;
  /** At a time to one origin; more requests than that wait for a free one. At least 1. */
  readonly maxConnectionsPerOrigin: number;
  /** How long an unused connection is kept where the called service does not say; ms, at least 1. */
  readonly keepAliveMs: number;
  /** Header by which a called service recognises a repeated call; empty: none is sent. */
  readonly idempotencyHeader: string;
  /** Empty: `workflows/VERSION`. */
  readonly userAgent: string;
  /** Of gzip, deflate and br; empty: the header is not sent. */
  readonly acceptEncoding: string;
  /** Refuses private, shared and loopback addresses too, beside those that are always refused. */
  readonly refusePrivate: boolean;
  /** Headers whose values are stored as `***`, beside those that always are; any case, `*` stands for any characters. */
  readonly redactHeaders: readonly string[];
}

export const defaultHttpSettings: HttpSettings = {
  connectTimeoutMs: 10_000,
  responseTimeoutMs: usualReadTimeOutMs,
  maxResponseBytes: 1024 * 1024,
  maxConnectionsPerOrigin: 100,
  keepAliveMs: 4_000,
  idempotencyHeader: "Idempotency-Key",
  userAgent: "",
  acceptEncoding: "gzip, deflate, br",
  refusePrivate: false,
  redactHeaders: [],
};
