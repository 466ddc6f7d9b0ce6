import type { JobId } from "../model/ids.ts";

/** A wake-up between processes. It may be lost, doubled or late; nothing but latency may depend on it. */
export type Hint =
  /** Jobs may be ready. */
  | { readonly kind: "ready" }
  /** A job changed under its worker: cancelled or timed out. */
  | { readonly kind: "revoked"; readonly jobId: JobId }
  /** Anything may have changed (the bus knows no more). */
  | { readonly kind: "changed" };

export interface Notifier {
  /** Never throws, never waits. */
  publish(hint: Hint): void;
  /** Answers a function that ends the subscription. */
  subscribe(listener: (hint: Hint) => void): () => void;
  close(): Promise<void>;
}
