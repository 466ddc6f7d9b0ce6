import { textOf } from "./scalars.ts";
import { accepted, rejected, type ValueType } from "./value-type.ts";

const unitsBytes: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kb: 1000,
  mb: 1000 ** 2,
  gb: 1000 ** 3,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
};

/** Bytes of `1MiB`, `500kB` or `1048576`; undefined for anything else. */
export function parseByteSize(written: string): number | undefined {
  const match = /^(\d{1,15}(?:\.\d+)?)\s*([kmg]?i?b)?$/.exec(written.trim().toLowerCase());
  const unit = unitsBytes[match?.[2] ?? ""];
  const bytes = match === null || unit === undefined ? Number.NaN : Number(match[1]) * unit;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** The largest unit that shows the size exactly. */
export function formatByteSize(bytes: number): string | number {
  if (bytes > 0 && bytes % unitsOf("gib") === 0) return `${bytes / unitsOf("gib")}GiB`;
  if (bytes > 0 && bytes % unitsOf("mib") === 0) return `${bytes / unitsOf("mib")}MiB`;
  if (bytes > 0 && bytes % unitsOf("kib") === 0) return `${bytes / unitsOf("kib")}KiB`;
  return bytes;
}

function unitsOf(unit: string): number {
  return unitsBytes[unit] ?? 1;
}

/** A size in bytes. */
export function byteSize(min: string, max: string): ValueType<number> {
  const minBytes = parseByteSize(min) ?? 0;
  const maxBytes = parseByteSize(max) ?? Number.MAX_SAFE_INTEGER;
  return {
    name: "size",
    expected: `a size from ${min} to ${max}`,
    example: "such as 1MiB, 500kB or 1048576 (bytes)",
    parse(found) {
      const written = textOf(found);
      const bytes = written === undefined ? undefined : parseByteSize(written);
      return bytes !== undefined && bytes >= minBytes && bytes <= maxBytes ? accepted(bytes) : rejected();
    },
    show: formatByteSize,
  };
}
