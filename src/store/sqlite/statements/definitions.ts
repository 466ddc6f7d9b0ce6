import type { DefinitionVersion } from "../../store.ts";
import type { Prepare } from "../database/database.ts";
import type { DefinitionRow, SourceColumns } from "../protocol.ts";

/** `DefinitionStore.versions` */
const versionsAtMost = 1000;

export interface Definitions {
  put(rows: readonly DefinitionRow[]): null;
  add(row: DefinitionRow): boolean;
  get(digest: string): string | null;
  version(name: string, version: number): string | null;
  newest(name: string): string | null;
  latest(): string[];
  sources(): SourceColumns[];
  versions(name: string): DefinitionVersion[];
  source(name: string, version: number): string | null;
  versionCounts(): [name: string, versions: number][];
  mark(): number;
}

export function prepareDefinitions(prepare: Prepare): Definitions {
  const insert = prepare(
    "INSERT INTO definitions (digest, name, version, model, source) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const byDigest = prepare("SELECT model FROM definitions WHERE digest = ?");
  const ofVersion = prepare("SELECT model FROM definitions WHERE name = ? AND version = ? ORDER BY seq DESC LIMIT 1");
  const ofName = prepare("SELECT model FROM definitions WHERE name = ? ORDER BY version DESC, seq DESC LIMIT 1");
  const newestAfter = (column: "model" | "source") =>
    prepare(
      `SELECT name, version, ${column} FROM definitions WHERE name > ? ORDER BY name, version DESC, seq DESC LIMIT 1`,
    );
  const modelAfter = newestAfter("model");
  const sourceAfter = newestAfter("source");
  const sourceOf = prepare("SELECT source FROM definitions WHERE name = ? AND version = ? ORDER BY seq DESC LIMIT 1");
  const versionsOf = prepare(
    "SELECT version, digest FROM definitions WHERE name = ? ORDER BY version DESC, seq DESC LIMIT ?",
  );
  const ofEachVersion = prepare("SELECT name FROM definitions WHERE name >= '' GROUP BY name, version");
  const last = prepare("SELECT max(seq) FROM definitions");

  const add = (row: DefinitionRow): boolean => {
    const [, name, version] = row;
    if (ofVersion.get(name, version) !== undefined) return false;
    insert.run(...row);
    return true;
  };

  return {
    put(rows) {
      for (const row of rows) add(row);
      return null;
    },
    add,
    get: (digest) => byDigest.get<[string]>(digest)?.[0] ?? null,
    version: (name, version) => ofVersion.get<[string]>(name, version)?.[0] ?? null,
    newest: (name) => ofName.get<[string]>(name)?.[0] ?? null,
    latest: () => oneAName(modelAfter).map(([, , model]) => model),
    sources: () => oneAName(sourceAfter),
    versions: (name) => oneAVersion(versionsOf.all<[number, string]>(name, versionsAtMost)),
    source: (name, version) => sourceOf.get<[string]>(name, version)?.[0] ?? null,
    versionCounts: () =>
      [...Map.groupBy(ofEachVersion.all<[string]>(), ([name]) => name)].map(([name, versions]) => [
        name,
        versions.length,
      ]),
    mark: () => last.get<[number | null]>()?.[0] ?? 0,
  };
}

/** Of rows in order: programs of earlier versions could store two of one version. */
function oneAVersion(rows: readonly (readonly [version: number, digest: string])[]): DefinitionVersion[] {
  return rows
    .filter(([version], index) => rows[index - 1]?.[0] !== version)
    .map(([version, digest]) => ({ version, digest }));
}

/** What a statement answers of the name that follows another, for each name in turn. */
function oneAName(after: ReturnType<Prepare>): SourceColumns[] {
  const found: SourceColumns[] = [];
  for (let row = after.get<SourceColumns>(""); row !== undefined; row = after.get<SourceColumns>(row[0]))
    found.push(row);
  return found;
}
