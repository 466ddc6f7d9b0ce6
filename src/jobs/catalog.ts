import { WorkflowsError } from "../model/errors.ts";
import type { Workflow, WorkflowRef } from "../model/workflow.ts";
import type { DefinitionStore, StoredDefinition } from "../store/store.ts";

/** What was loaded is not what the store has: changed under the same version, or older than the newest. */
export interface Deviation {
  readonly loaded: Workflow;
  readonly stored: Workflow;
}

/** Versions called by their number that are remembered; of more the oldest are looked up again. */
const mostVersions = 1000;

/**
 * The definitions that this process knows. Jobs run the compiled model that they were started with, found by its digest;
 * starts take the newest version of a name.
 */
export class Catalog {
  readonly #store: DefinitionStore;
  readonly #byDigest = new Map<string, Workflow>();
  readonly #latest = new Map<string, Workflow>();
  /** Of older versions that jobs call by their number: what the store answered since the last refresh. */
  readonly #called = new Map<string, Promise<Workflow | undefined>>();
  /** Of the store, when it was read last. */
  #mark: number | undefined;

  constructor(store: DefinitionStore) {
    this.#store = store;
  }

  /**
   * Stores those versions of what was loaded from files that the store does not have, then knows what it has. The highest version of a name wins;
   * answers where something else than what was loaded is run.
   */
  async add(definitions: readonly StoredDefinition[]): Promise<Deviation[]> {
    if (definitions.length > 0) await this.#store.put(definitions);
    await this.refreshIfChanged();
    return this.#deviations(definitions);
  }

  async #deviations(definitions: readonly StoredDefinition[]): Promise<Deviation[]> {
    const newest = new Map((await this.#store.latest()).map((workflow) => [workflow.name, workflow]));
    const highest = new Map<string, number>();
    for (const { workflow } of definitions)
      highest.set(workflow.name, Math.max(workflow.version, highest.get(workflow.name) ?? 0));
    const deviations: Deviation[] = [];
    for (const { workflow: loaded } of definitions) {
      const { name, version, digest } = loaded;
      const isHighest = version === highest.get(name);
      const stored = isHighest ? newest.get(name) : await this.#store.version(name, version);
      const expected = stored === undefined || stored.digest === digest;
      if (!expected) deviations.push({ loaded, stored });
    }
    return deviations;
  }

  /**
   * The newest version of a workflow, if it is at least that one. One that this process does not know, or knows only an older version of, is looked up in the store, now:
   * it may have been posted to another server a moment ago.
   */
  async find(name: string, minVersion = 0): Promise<Workflow | undefined> {
    if (!this.#knows(name, minVersion)) await this.lookUp(name);
    return this.#knows(name, minVersion) ? this.#latest.get(name) : undefined;
  }

  /** Takes over the newest version of one workflow from the store. */
  async lookUp(name: string): Promise<void> {
    const newest = await this.#store.newest(name); // never shared with who asked before: that look may be too old
    if (newest !== undefined) this.#offer(newest);
  }

  /** Takes over what other processes stored. */
  async refresh(): Promise<void> {
    this.#called.clear();
    for (const workflow of await this.#store.latest()) this.#offer(workflow);
  }

  /** The same where the store says that there is something new. */
  async refreshIfChanged(): Promise<void> {
    const mark = await this.#store.mark();
    if (mark === this.#mark) return;
    await this.refresh();
    this.#mark = mark; // of before: what came meanwhile is looked for again
  }

  /** Knows a definition that this process stored. */
  take(workflow: Workflow): void {
    this.#offer(workflow);
  }

  /** The newest version of a workflow. */
  latest(name: string): Workflow | undefined {
    return this.#latest.get(name);
  }

  /** The newest version of each workflow that this process knows, by name. */
  all(): Workflow[] {
    return [...this.#latest.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The very model that a job was started with, if this process has it. */
  known(ref: WorkflowRef): Workflow | undefined {
    return this.#byDigest.get(ref.digest);
  }

  /** The very model that a job was started with; from the store when another process brought it. Throws definition_missing. */
  async modelOf(ref: WorkflowRef): Promise<Workflow> {
    const known = this.#byDigest.get(ref.digest);
    if (known !== undefined) return known;
    const stored = await this.#store.get(ref.digest);
    if (stored === undefined)
      throw new WorkflowsError(
        "definition_missing",
        `The store lacks workflow ${ref.name} version ${ref.version} (${ref.digest}), by which the job runs: load the very same definition again, put it back from a backup, or cancel or delete the job`,
      );
    this.#byDigest.set(stored.digest, stored);
    return stored;
  }

  /** One version of a workflow, which any process may have brought. */
  async version(name: string, version: number): Promise<Workflow | undefined> {
    const stored = await this.#store.version(name, version);
    return stored === undefined ? undefined : (this.#byDigest.get(stored.digest) ?? stored);
  }

  /**
   * That version, or the newest, for jobs that call others all the time: as this process knew it at the last refresh. What is not known is looked up in the store, now: nobody
   * comes again if it is not found.
   */
  async named(name: string, version: number | undefined): Promise<Workflow | undefined> {
    const latest = this.#latest.get(name);
    if (version !== undefined) return latest?.version === version ? latest : this.#ofVersion(name, version);
    return this.find(name);
  }

  #knows(name: string, minVersion: number): boolean {
    const known = this.#latest.get(name);
    return known !== undefined && known.version >= minVersion;
  }

  /** Of many calls at once one looks, and only what was found is remembered. */
  #ofVersion(name: string, version: number): Promise<Workflow | undefined> {
    const key = `${version} ${name}`;
    const known = this.#called.get(key);
    if (known !== undefined) return known;
    const [oldest] = this.#called.keys();
    if (oldest !== undefined && this.#called.size >= mostVersions) this.#called.delete(oldest);
    const asked = this.version(name, version);
    this.#called.set(key, asked);
    const forget = (): void => {
      if (this.#called.get(key) === asked) this.#called.delete(key);
    };
    void asked.then((found) => found ?? forget(), forget);
    return asked;
  }

  #offer(workflow: Workflow): void {
    const current = this.#latest.get(workflow.name);
    if (current !== undefined && current.version > workflow.version) return;
    this.#latest.set(workflow.name, this.#byDigest.get(workflow.digest) ?? workflow);
    if (!this.#byDigest.has(workflow.digest)) this.#byDigest.set(workflow.digest, workflow);
  }
}
