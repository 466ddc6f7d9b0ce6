import type { Prepare } from "../../database/database.ts";
import type { TaskColumns } from "../../protocol.ts";

export interface JobParts {
  /** Adds or replaces task executions and adds the history of one version. */
  write(seq: number, run: number, version: number, tasks: readonly TaskColumns[], history: string | null): void;
}

/** More task executions than one change can bring: positions of one version come before those of the next. */
const positionsPerVersion = 65_536;

/** A job's rows in the other tables. */
export function prepareJobParts(prepare: Prepare): JobParts {
  const putTask = prepare(
    `INSERT INTO tasks (job, run, path, iteration, position, body) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET body = excluded.body`,
  );
  const putHistory = prepare("INSERT INTO history (job, version, entries) VALUES (?, ?, ?)");

  return {
    write(seq, run, version, tasks, history) {
      let position = version * positionsPerVersion;
      for (const [path, iteration, body] of tasks) putTask.run(seq, run, path, iteration, position++, body);
      if (history !== null) putHistory.run(seq, version, history);
    },
  };
}
