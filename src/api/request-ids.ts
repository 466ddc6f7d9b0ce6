import { randomBytes } from "node:crypto";

/** Ids that lead from an answer to the log: unlike those of any other process, and cheap, as every request gets one. */
export function requestIds(): () => string {
  const prefix = randomBytes(4).toString("hex");
  let count = 0;
  return () => `${prefix}-${(count++).toString(36)}`;
}
