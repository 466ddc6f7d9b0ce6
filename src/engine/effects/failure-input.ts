import type { Failure } from "../../model/job/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";

/** What a job that failed hands to the one that is started for that. */
export interface ToldOfFailure {
  readonly about: JsonObject;
  readonly error: Failure | undefined;
  /** Its own input, without what is secret. */
  readonly input: JsonObject;
}

/**
 * The input of the job that is started for a failure, in at most `maxBytes` of JSON, or it would be refused and nobody would hear of the failure. Where it would be larger, the largest
 * inputs of the failed job are left out, and `omittedInputs` says how many; where it still would be, the error's message is cut.
 */
export function failureInput({ about, error, input }: ToldOfFailure, maxBytes: number): JsonObject {
  const whole = { ...about, error: error === undefined ? null : { ...error }, input };
  if (bytesIn(whole) <= maxBytes) return whole;
  const members = Object.entries(input);
  let least = { ...whole, input: {}, omittedInputs: members.length };
  for (let message = error?.message ?? ""; error !== undefined && message !== "" && bytesIn(least) > maxBytes; ) {
    message = message.slice(0, Math.floor(message.length / 2)).toWellFormed();
    least = { ...least, error: { ...error, message: `${message}…` } };
  }
  const kept = smallest(members, maxBytes - bytesIn(least));
  const { omittedInputs, ...told } = { ...least, omittedInputs: members.length - kept.length };
  return { ...told, input: Object.fromEntries(kept), ...(omittedInputs > 0 && { omittedInputs }) };
}

type Member = [name: string, value: JsonValue];

/** As many of the members as fit into that many bytes of an object, in their order. */
function smallest(members: readonly Member[], bytes: number): Member[] {
  const bySize = members.map((member) => ({ member, bytes: bytesIn(member) })); // a byte more than in an object
  bySize.sort((a, b) => a.bytes - b.bytes);
  const kept = new Set<Member>();
  let left = bytes;
  for (const one of bySize) {
    left -= one.bytes;
    if (left < 0) break;
    kept.add(one.member);
  }
  return members.filter((member) => kept.has(member));
}

function bytesIn(value: JsonValue): number {
  return Buffer.byteLength(JSON.stringify(value));
}
