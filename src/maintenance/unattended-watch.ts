import { namesOf, type Unattended } from "../jobs/unattended.ts";
import type { Log } from "../model/log.ts";

/** Says in the log that jobs wait and no worker lives that takes them, once for as long as it is about the same jobs. */
export class UnattendedWatch {
  readonly #log: Log;
  #said: string | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  look(unattended: Unattended | undefined): void {
    const about = unattended === undefined ? undefined : (unattended.untaken ?? []).map(keyOf).sort().join();
    if (unattended !== undefined && about !== this.#said) this.#tell(unattended);
    this.#said = about;
  }

  #tell({ since, waitedMs, untaken }: Unattended): void {
    const waited = `Jobs have been waiting for ${Math.floor(waitedMs / 1000)} s and no`;
    if (untaken === undefined)
      this.#log.warn(
        { since },
        `${waited} worker is running: start one with "workflows worker", or use "workflows standalone"`,
      );
    else
      this.#log.warn(
        { since, jobs: untaken.map(({ workflow, topic }) => ({ workflow, topic })) },
        `${waited} running worker takes them: ${namesOf(untaken)}. Let one do so (settings topics, workflows and excluded_workflows)`,
      );
  }
}

function keyOf({ workflow, topic }: { readonly workflow: string; readonly topic: string }): string {
  return JSON.stringify([workflow, topic]);
}
