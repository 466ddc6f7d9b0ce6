import { WorkflowsError } from "../model/errors.ts";
import type { Workflow, WorkflowRef } from "../model/workflow.ts";
import type { DefinitionStore, StoredDefinition } from "../store/store.ts";

/** What was loaded is not what the store has as the newest: changed under the same version, or older. */
export interface Deviation {
  readonly loaded: Workflow;
  readonly stored: Workflow;
}

/** A name that nobody knows costs a look into the store no more often than this. */
const refreshEveryMs = 1000;

/**
 * The definitions that this process knows. Jobs run the compiled model that they were started with, found by its digest;
 * starts take the newest version of a name.
 */
export class Catalog {
  readonly #store: DefinitionStore;
  readonly #byDigest = new Map<string, Workflow>();
  readonly #latest = new Map<string, Workflow>();
  #refreshedAt = Number.NEGATIVE_INFINITY;

  constructor(store: DefinitionStore) {
    this.#store = store;
  }

  /**
   * Stores what was loaded from files, then knows it. The highest version of a name wins, also over what the store has;
   * answers where that surprises.
   */
  async add(definitions: readonly StoredDefinition[]): Promise<Deviation[]> {
    const before = new Map((await this.#store.latest()).map((workflow) => [workflow.name, workflow]));
    if (definitions.length > 0) await this.#store.put(definitions);
    for (const { workflow } of definitions) this.#byDigest.set(workflow.digest, workflow);
    await this.refresh();
    for (const { workflow } of definitions) this.#offer(workflow);
    return definitions.flatMap(({ workflow: loaded }) => {
      const stored = before.get(loaded.name);
      const expected = stored === undefined || stored.digest === loaded.digest || stored.version < loaded.version;
      return expected ? [] : [{ loaded, stored }];
    });
  }

  /** The newest version of a workflow; one that this process has not heard of is looked up in the store, at most once a second. */
  async find(name: string): Promise<Workflow | undefined> {
    if (!this.#latest.has(name) && performance.now() - this.#refreshedAt > refreshEveryMs) await this.refresh();
    return this.#latest.get(name);
  }

  /** Takes over what other processes stored. */
  async refresh(): Promise<void> {
    this.#refreshedAt = performance.now();
    for (const workflow of await this.#store.latest()) this.#offer(workflow);
  }

  /** The newest version of a workflow. */
  latest(name: string): Workflow | undefined {
    return this.#latest.get(name);
  }

  /** The very model that a job was started with, if this process has it. */
  known(ref: WorkflowRef): Workflow | undefined {
    return this.#byDigest.get(ref.digest);
  }

  /** The very model that a job was started with; from the store when another process brought it. */
  async modelOf(ref: WorkflowRef): Promise<Workflow> {
    const known = this.#byDigest.get(ref.digest);
    if (known !== undefined) return known;
    const stored = await this.#store.get(ref.digest);
    if (stored === undefined)
      throw new WorkflowsError(
        "internal",
        `The store lacks workflow ${ref.name} version ${ref.version} (${ref.digest})`,
      );
    this.#byDigest.set(stored.digest, stored);
    return stored;
  }

  /** One version of a workflow, which any process may have brought. */
  async version(name: string, version: number): Promise<Workflow | undefined> {
    const stored = await this.#store.version(name, version);
    return stored === undefined ? undefined : (this.#byDigest.get(stored.digest) ?? stored);
  }

  /** That version, or the newest; what is not known is looked up in the store, now: nobody comes again if it is not found. */
  async named(name: string, version: number | undefined): Promise<Workflow | undefined> {
    if (version !== undefined) return this.version(name, version);
    if (!this.#latest.has(name)) await this.refresh();
    return this.#latest.get(name);
  }

  #offer(workflow: Workflow): void {
    const current = this.#latest.get(workflow.name);
    if (current !== undefined && current.version > workflow.version) return;
    this.#latest.set(workflow.name, this.#byDigest.get(workflow.digest) ?? workflow);
    if (!this.#byDigest.has(workflow.digest)) this.#byDigest.set(workflow.digest, workflow);
  }
}
