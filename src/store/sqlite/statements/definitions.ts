import type { Prepare } from "../database/database.ts";
import type { DefinitionRow } from "../protocol.ts";

export interface Definitions {
  put(rows: readonly DefinitionRow[]): null;
  get(digest: string): string | null;
  version(name: string, version: number): string | null;
  latest(): string[];
}

export function prepareDefinitions(prepare: Prepare): Definitions {
  const insert = prepare(
    "INSERT INTO definitions (digest, name, version, model, source) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const byDigest = prepare("SELECT model FROM definitions WHERE digest = ?");
  const ofVersion = prepare("SELECT model FROM definitions WHERE name = ? AND version = ? ORDER BY seq DESC LIMIT 1");
  const newestAfter = prepare(
    "SELECT name, model FROM definitions WHERE name > ? ORDER BY name, version DESC, seq DESC LIMIT 1",
  );

  return {
    put(rows) {
      for (const row of rows) insert.run(...row);
      return null;
    },
    get: (digest) => byDigest.get<[string]>(digest)?.[0] ?? null,
    version: (name, version) => ofVersion.get<[string]>(name, version)?.[0] ?? null,
    latest() {
      const models: string[] = [];
      let row = newestAfter.get<[name: string, model: string]>("");
      while (row !== undefined) {
        models.push(row[1]);
        row = newestAfter.get(row[0]);
      }
      return models;
    },
  };
}
