import type { Ignored, IgnoredReason } from "../model/decision/decision.ts";

export function ignored(reason: IgnoredReason): Ignored {
  return { kind: "ignored", reason };
}
