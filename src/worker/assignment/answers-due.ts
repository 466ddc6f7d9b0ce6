import type { JobId } from "../../model/ids.ts";

/** An answer of the store that is still to come: it tells of a moment before it comes. */
export interface AnswerDue {
  /** A claim was on its way at some time too, and may have got what this answer shows. */
  readonly besideClaim: boolean;
  /** The job left this worker meanwhile, under that fence or a later one: the answer is older than that. */
  left(id: JobId, fence: number): boolean;
  /** The answer came. */
  end(): void;
}

interface Due {
  readonly claim: boolean;
  besideClaim: boolean;
  readonly left: Map<JobId, number>;
}

/**
 * Which jobs left while the store was being asked for jobs. Whoever takes a job from an answer looks here first: else one that
 * was run to its end meanwhile would be run again.
 */
export class AnswersDue {
  readonly #due = new Set<Due>();

  begin(ask: "claim" | "read"): AnswerDue {
    const claim = ask === "claim";
    const others = [...this.#due];
    if (claim) for (const other of others) other.besideClaim = true;
    const due: Due = { claim, besideClaim: others.some((other) => other.claim), left: new Map() };
    this.#due.add(due);
    return {
      get besideClaim() {
        return due.besideClaim;
      },
      left: (id, fence) => (due.left.get(id) ?? 0) >= fence,
      end: () => void this.#due.delete(due),
    };
  }

  /** The job is not this worker's any more, or is about to be given back. */
  left(id: JobId, fence: number): void {
    for (const { left } of this.#due) left.set(id, Math.max(fence, left.get(id) ?? 0));
  }
}
