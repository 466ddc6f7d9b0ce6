import { menderStatuses } from "../../api/mender/job-status.ts";
import type { Operations } from "../../client/api/operations.ts";
import { jobStatuses } from "../../model/job/job.ts";
import { waitingReasons } from "../../model/search/waiting.ts";

type Sort = NonNullable<Operations["listJobs"]["query"]["sort"]>;

interface Words {
  readonly all: readonly string[];
  /** With commas between them. */
  readonly areSeveral?: true;
}

/** Options whose values are a few words, by their names in the program. Which of them count, the server or the settings say: nothing is refused here. */
const wordsOf: Readonly<Record<string, Words>> = {
  status: { all: [...new Set([...menderStatuses, ...jobStatuses])], areSeveral: true },
  waiting: { all: waitingReasons, areSeveral: true },
  sort: { all: ["-insert_time", "insert_time", "-finish_time", "finish_time"] satisfies readonly Sort[] },
  logLevel: { all: ["trace", "debug", "info", "warn", "error", "fatal", "silent"] },
};

/** What may stand as the value of an option, of which this much is typed; undefined where it is no matter of words. */
export function wordsFor(option: string, typed: string): string[] | undefined {
  const words = Object.hasOwn(wordsOf, option) ? wordsOf[option] : undefined;
  if (words === undefined) return undefined;
  const end = words.areSeveral === true ? typed.lastIndexOf(",") + 1 : 0;
  const [before, last] = [typed.slice(0, end), typed.slice(end)];
  const given = before.split(",");
  return words.all.filter((word) => word.startsWith(last) && !given.includes(word)).map((word) => before + word);
}
