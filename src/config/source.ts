import type { SettingName } from "./config.ts";
import type { Found, Mistake } from "./values/value-type.ts";

/** Where a value comes from. Later ones win: default, file, environment, flag. */
export type Origin =
  | { readonly from: "default" }
  | { readonly from: "file"; readonly file: string; readonly line: number }
  | { readonly from: "environment"; readonly variable: string }
  | { readonly from: "flag"; readonly flag: string };

const strength = { default: 0, file: 1, environment: 2, flag: 3 } as const;

/** Above 0: `a` overrides `b`. */
export function compareOrigins(a: Origin, b: Origin): number {
  return strength[a.from] - strength[b.from];
}

export function formatOrigin(origin: Origin): string {
  switch (origin.from) {
    case "default":
      return "default";
    case "file":
      return `${origin.file}:${origin.line}`;
    case "environment":
      return origin.variable;
    case "flag":
      return origin.flag;
    default:
      return origin satisfies never;
  }
}

/** A setting that somebody gave, unchecked. */
export interface Given {
  readonly name: SettingName;
  readonly found: Found;
  readonly origin: Origin;
  /** Where a part of the value stands. */
  placeOf(path: Mistake["path"]): string;
}

export interface Problem {
  /** `config.yaml:3`, a variable or a flag. */
  readonly place: string;
  readonly message: string;
  /** What was probably meant. */
  readonly suggestion?: string;
}

/** What one source says: settings, and what cannot be one. */
export interface Source {
  readonly given: readonly Given[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}
