import { isSameGroup, type ProcessGroup } from "../../model/job/process-group.ts";

/** The process groups that attempts of this process have started and not ended yet: they end them by themselves, and let them clean up first. */
export class OwnGroups {
  readonly #groups = new Set<ProcessGroup>();

  add(group: ProcessGroup): void {
    this.#groups.add(group);
  }

  delete(group: ProcessGroup): void {
    this.#groups.delete(group);
  }

  has(group: ProcessGroup): boolean {
    return [...this.#groups].some((own) => isSameGroup(own, group));
  }
}
