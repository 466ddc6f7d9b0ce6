import { signalGroup } from "../../../processes/end-group.ts";

/** The process groups that this process has started and not ended yet: none is to outlive it, however it ends but by SIGKILL. */
export class LivingGroups {
  readonly #groups = new Set<number>();
  readonly #killAll = (): void => this.killAll();

  add(group: number): void {
    if (this.#groups.size === 0) process.on("exit", this.#killAll);
    this.#groups.add(group);
  }

  delete(group: number): void {
    if (this.#groups.delete(group) && this.#groups.size === 0) process.off("exit", this.#killAll);
  }

  killAll(): void {
    for (const group of this.#groups) signalGroup(group, "SIGKILL");
  }
}
