import type { Prepare } from "../../database/database.ts";

/** What says where a job's labels stand. */
export interface Labelled {
  readonly seq: number;
  readonly id: string;
  readonly createdAt: number;
}

/** By what jobs are found beside their own columns: a row for each job and label. What a job has stands in its own row too, as JSON. */
export interface Labels {
  /** `had` is the JSON of what the job has so far. */
  replace(job: Labelled, had: string | null, labels: readonly string[]): void;
}

export function prepareLabels(prepare: Prepare): Labels {
  const insert = prepare("INSERT INTO labels (label, created_at, id, job) VALUES (?, ?, ?, ?)");
  const remove = prepare("DELETE FROM labels WHERE label = ? AND created_at = ? AND id = ?");

  return {
    replace({ seq, id, createdAt }, had, labels) {
      const earlier = new Set(labelsOf(had));
      for (const label of new Set(labels)) if (!earlier.delete(label)) insert.run(label, createdAt, id, seq);
      for (const label of earlier) remove.run(label, createdAt, id);
    },
  };
}

export function labelsOf(column: string | null): string[] {
  return column === null ? [] : (JSON.parse(column) as string[]);
}
