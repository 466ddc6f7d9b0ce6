import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { parseDocument } from "yaml";
import type { JsonValue } from "../../../model/json.ts";
import { changesOf } from "../../diff/changes.ts";
import { inOrderOf } from "../../diff/in-order-of.ts";
import { diffLines, type LinePart } from "../../diff/lines.ts";
import { ExitError } from "../../exit-error.ts";
import type { Globals } from "../../globals.ts";
import { colours, isQuiet, print, printable, printData, printJson } from "../../terminal.ts";
import { CalledServer } from "../called-server.ts";
import type { ServerOptions } from "../server-options.ts";
import { versionNumber, yamlOf } from "./workflows-show.ts";

/** Lines around a change. */
const context = 3;

interface Side {
  /** For people: a version, or a file. */
  readonly label: string;
  readonly document: JsonValue;
}

/** What differs between two versions, or a version and a file; both as YAML, the second one in the order of the first. */
export async function diffWorkflow(
  name: string,
  asked: { readonly from: string | undefined; readonly to: string | undefined },
  options: ServerOptions,
  globals: Globals,
): Promise<number> {
  const [from, to] = await sidesOf(new CalledServer(options), name, asked);
  if (globals.json === true) {
    const changes = changesOf(from.document, to.document);
    printJson({ workflow: name, from: from.label, to: to.label, same: changes.length === 0, changes });
    return 0;
  }
  const parts = diffLines(linesOf(from.document), linesOf(inOrderOf(from.document, to.document)));
  const same = parts.every(({ kind }) => kind === "same");
  if (same) print(`${name}: ${from.label} and ${to.label} say the same`);
  else {
    const lines = isQuiet() ? [] : [colours.bold(`--- ${from.label}`), colours.bold(`+++ ${to.label}`)];
    printData([...lines, ...shownLines(parts)].join("\n"));
  }
  return 0;
}

async function sidesOf(
  server: CalledServer,
  name: string,
  { from, to }: { readonly from: string | undefined; readonly to: string | undefined },
): Promise<readonly [Side, Side]> {
  const stored = async (version: number): Promise<Side> => {
    const { definition } = await server.ask(({ workflows }) => workflows.definition(name, version));
    return { label: `version ${version}`, document: definition as JsonValue };
  };
  const side = (written: string): Promise<Side> =>
    isVersion(written) ? stored(versionNumber(written)) : fileSide(written);
  if (from !== undefined && to !== undefined) return [await side(from), await side(to)];
  const { versions } = await server.ask(({ workflows }) => workflows.get(name));
  const newest = versions[0]?.version ?? 1;
  if (from !== undefined) {
    if (!isVersion(from)) return [await stored(newest), await fileSide(from)];
    return [await side(from), await stored(newest)];
  }
  const before = versions[1]?.version;
  if (before === undefined)
    throw new ExitError(2, `${name} has one version, ${newest}: name a file to compare it with`);
  return [await stored(before), await stored(newest)];
}

function isVersion(written: string): boolean {
  return /^\d+$/.test(written) && !existsSync(written);
}

async function fileSide(file: string): Promise<Side> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw new ExitError(2, missing ? `${file}: is neither a version nor a file` : `${file}: ${String(error)}`);
  }
  const document = parseDocument(text);
  const [mistake] = document.errors;
  if (mistake !== undefined) throw new ExitError(2, `${file}: ${mistake.message}`);
  return { label: file, document: document.toJS() as JsonValue };
}

function linesOf(document: JsonValue): string[] {
  return yamlOf(document).trimEnd().split("\n");
}

/** Changes, with some lines around them; what lies between is left out. */
function shownLines(parts: readonly LinePart[]): string[] {
  const near = new Set<number>();
  for (const [index, { kind }] of parts.entries())
    if (kind !== "same") for (let at = index - context; at <= index + context; at++) near.add(at);
  const lines: string[] = [];
  for (const [index, { kind, line }] of parts.entries()) {
    if (!near.has(index)) {
      if (near.has(index - 1) || (index === 0 && near.size > 0)) lines.push(colours.cyan("@@"));
      continue;
    }
    const text = printable(line);
    if (kind === "same") lines.push(` ${text}`);
    else lines.push(kind === "added" ? colours.green(`+${text}`) : colours.red(`-${text}`));
  }
  return lines.at(-1) === colours.cyan("@@") ? lines.slice(0, -1) : lines;
}
