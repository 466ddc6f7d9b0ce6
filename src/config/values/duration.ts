import { textOf } from "./scalars.ts";
import { accepted, rejected, type ValueType } from "./value-type.ts";

const unitsMs = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;
type Unit = keyof typeof unitsMs;

const part = /(\d+(?:\.\d+)?)(ms|[smhd])/g;
const whole = /^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/;
const bareNumber = /^\d+(?:\.\d+)?$/;

/** Milliseconds of `15s`, `500ms`, `1h30m`, `30d`; a bare number counts seconds. Undefined for anything else. */
export function parseDuration(written: string): number | undefined {
  const compact = written.trim().toLowerCase();
  if (bareNumber.test(compact)) return Math.round(Number(compact) * 1000);
  if (!whole.test(compact)) return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of compact.matchAll(part)) totalMs += Number(amount) * unitsMs[unit as Unit];
  return Math.round(totalMs);
}

/** The shortest exact form in one unit: 15000 is `15s`, 1500 is `1500ms`. */
export function formatDuration(durationMs: number): string {
  if (durationMs === 0) return "0s";
  for (const [unit, unitMs] of Object.entries(unitsMs))
    if (durationMs % unitMs === 0) return `${durationMs / unitMs}${unit}`;
  return `${durationMs}ms`;
}

/** A duration in milliseconds. `zero` tells what 0 is for, where it is allowed although it is below the minimum. */
export function duration(min: string, max: string, options: { readonly zero?: string } = {}): ValueType<number> {
  const minMs = parseDuration(min) ?? 0;
  const maxMs = parseDuration(max) ?? Number.MAX_SAFE_INTEGER;
  const orZero = options.zero === undefined ? "" : `, or 0 to ${options.zero}`;
  return {
    name: "duration",
    expected: `a duration from ${min} to ${max}${orZero}`,
    example: "such as 500ms, 15s, 1h30m or 30d (a bare number counts seconds)",
    parse(found) {
      const written = textOf(found);
      const durationMs = written === undefined ? undefined : parseDuration(written);
      if (durationMs === undefined) return rejected();
      if (durationMs === 0 && options.zero !== undefined) return accepted(0);
      return durationMs >= minMs && durationMs <= maxMs ? accepted(durationMs) : rejected();
    },
    show: formatDuration,
  };
}
