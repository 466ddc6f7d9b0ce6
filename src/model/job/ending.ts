/** How a job is going to end whose finished tasks are being undone before. */
export type Ending = "failed" | "timed_out" | "terminated";

/** Undefined for a job that has ended, or whose end has not been decided. */
export function endingOf({ ending }: { readonly ending?: Ending | "none" }): Ending | undefined {
  return ending === "none" ? undefined : ending;
}
