import type { TaskKind } from "./kind.ts";

/** The task kinds of an installation, by the type that definitions name. */
export type TaskKinds = ReadonlyMap<string, TaskKind>;

/** Throws where two kinds have one type: that is a bug of ours. */
export function taskKinds(kinds: readonly TaskKind[]): TaskKinds {
  const byType = new Map(kinds.map((kind) => [kind.type, kind]));
  if (byType.size < kinds.length) throw new Error("two task kinds have the same type");
  return byType;
}
