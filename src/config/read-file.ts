import { readFile } from "node:fs/promises";
import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
} from "yaml";
import type { JsonValue } from "../model/json.ts";
import { settingOf } from "./config.ts";
import { nameOfKey, nearestKey } from "./known-keys.ts";
import { isLegacyKey, legacyWarning, nameOfRenamed, renamedWarning } from "./legacy.ts";
import { plainKey } from "./setting.ts";
import type { Given, Origin, Problem, Source } from "./source.ts";
import type { Found, Mistake } from "./values/value-type.ts";

/** Files that the original reads beside YAML and JSON. */
const otherForms = /\.(toml|hcl|ini|properties)$/i;

/** Settings from a YAML file; JSON is YAML too. */
export async function readConfigFile(file: string): Promise<Source> {
  const [, form] = otherForms.exec(file) ?? [];
  if (form !== undefined)
    return failed([
      { place: file, message: `is ${form.toUpperCase()}; write the settings as YAML or JSON, \`key: value\`` },
    ]);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(await readFile(file));
  } catch (error) {
    return failed([{ place: file, message: unreadable(error) }]);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const placeOf = (offset: number) => `${file}:${lines.linePos(offset).line}`;
  if (document.errors.length > 0)
    return failed(
      document.errors.map(({ pos, message }) => ({ place: placeOf(pos[0]), message: `not YAML: ${message}` })),
    );
  if (document.contents === null) return failed([]);
  if (!isMap(document.contents))
    return failed([{ place: `${file}:1`, message: "must be a mapping of settings, one `key: value` a line" }]);
  return new FileReader(file, document, (offset) => lines.linePos(offset).line).read(entriesOf(document.contents));
}

function failed(problems: readonly Problem[]): Source {
  return { given: [], problems, warnings: [] };
}

function unreadable(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EISDIR") return "is a folder, must be a YAML file";
  if (code === "EACCES") return "may not be read";
  if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") return "is not valid UTF-8";
  return error instanceof Error ? error.message : String(error);
}

interface Entry {
  readonly key: string;
  readonly keyOffset: number;
  readonly value: Node | null;
}

/** Keys in order; those of the nested mapping `nats` as `nats.consumer.x`, as the original's reader flattens them. */
function entriesOf(map: Node | null, prefix = ""): Entry[] {
  if (!isMap(map)) return [];
  return map.items.flatMap((pair) => {
    const { key: keyNode, value } = pair as Pair<Node, Node | null>;
    const key = prefix + (isScalar(keyNode) ? String(keyNode.value) : keyNode.toString());
    const keyOffset = keyNode.range?.[0] ?? 0;
    if ((key === "nats" || key.startsWith("nats.")) && isMap(value)) return entriesOf(value, `${key}.`);
    return [{ key, keyOffset, value }];
  });
}

class FileReader {
  readonly #file: string;
  readonly #document: Document;
  readonly #lineAt: (offset: number) => number;
  readonly #given = new Map<string, Given>();
  readonly #problems: Problem[] = [];
  readonly #warnings: string[] = [];

  constructor(file: string, document: Document, lineAt: (offset: number) => number) {
    this.#file = file;
    this.#document = document;
    this.#lineAt = lineAt;
  }

  read(entries: readonly Entry[]): Source {
    for (const entry of entries) this.#take(entry);
    return { given: [...this.#given.values()], problems: this.#problems, warnings: this.#warnings };
  }

  #take(entry: Entry): void {
    const line = this.#lineAt(entry.keyOffset);
    const place = `${this.#file}:${line}`;
    const renamed = nameOfRenamed(plainKey(entry.key));
    if (renamed !== undefined) this.#warnings.push(renamedWarning(place, entry.key, renamed));
    const name = renamed ?? nameOfKey(entry.key);
    if (name === undefined) {
      if (isLegacyKey(plainKey(entry.key))) this.#warnings.push(legacyWarning(place, entry.key));
      else this.#problems.push(unknownKey(place, entry.key));
      return;
    }
    const first = this.#given.get(name);
    if (first !== undefined) {
      this.#problems.push({ place, message: `"${entry.key}" is given twice, first in ${first.placeOf([])}` });
      return;
    }
    if (entry.value === null || (isScalar(entry.value) && entry.value.value === null)) return; // `key:` gives nothing
    // As with variables; the original's files say `smtp_username: ""` where there is no login.
    if (isScalar(entry.value) && entry.value.value === "" && settingOf(name).type.mayBeEmpty !== true) return;
    const found = this.#foundIn(entry, place);
    const origin: Origin = { from: "file", file: this.#file, line };
    if (found !== undefined)
      this.#given.set(name, { name, found, origin, placeOf: (path) => this.#placeOf(entry, path) });
  }

  #foundIn({ key, value }: Entry, place: string): Found | undefined {
    if (isScalar(value) && value.source !== undefined) return { value: value.value as JsonValue, text: value.source };
    try {
      return { value: value?.toJS(this.#document) as JsonValue };
    } catch (error) {
      this.#problems.push({ place, message: `${key}: ${error instanceof Error ? error.message : String(error)}` });
      return undefined;
    }
  }

  /** The line of a part of a value; where the part is missing, that of what it is missing from. */
  #placeOf({ keyOffset, value }: Entry, path: Mistake["path"]): string {
    let offset = keyOffset;
    if (isCollection(value))
      for (let depth = 1; depth <= path.length; depth++) {
        const node = value.getIn(path.slice(0, depth), true);
        if (isNode(node)) offset = node.range?.[0] ?? offset;
      }
    return `${this.#file}:${this.#lineAt(offset)}`;
  }
}

function unknownKey(place: string, key: string): Problem {
  const suggestion = nearestKey(key);
  return { place, message: `"${key}" is not a setting`, ...(suggestion === undefined ? {} : { suggestion }) };
}
