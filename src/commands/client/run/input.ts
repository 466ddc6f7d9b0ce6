import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../model/json.ts";
import { ExitError } from "../../exit-error.ts";

/** The input of a job from a file and from `NAME=TEXT` and `NAME:=JSON`, which win. Throws `ExitError` (2). */
export async function readInput(pairs: readonly string[], file: string | undefined): Promise<JsonObject> {
  const given = pairs.map(parsePair);
  const input = file === undefined ? {} : await readInputFile(file);
  return Object.assign(Object.create(null), input, Object.fromEntries(given)) as JsonObject;
}

function parsePair(pair: string): [string, JsonValue] {
  const equals = pair.indexOf("=");
  if (equals < 1) throw new ExitError(2, `--input "${pair}": must be NAME=TEXT or NAME:=JSON`);
  const value = pair.slice(equals + 1);
  if (pair[equals - 1] !== ":") return [pair.slice(0, equals), value];
  const name = pair.slice(0, equals - 1);
  if (name === "") throw new ExitError(2, `--input "${pair}": must be NAME=TEXT or NAME:=JSON`);
  return [name, parseJson(value, `--input ${name}`)];
}

async function readInputFile(file: string): Promise<JsonObject> {
  const written = file === "-" ? await text(process.stdin) : await contentsOf(file);
  const where = file === "-" ? "the standard input" : file;
  const value = parseJson(written, where);
  if (isJsonObject(value)) return value;
  throw new ExitError(2, `${where}: must be a JSON object of inputs`);
}

async function contentsOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new ExitError(2, `--input-file: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function parseJson(written: string, where: string): JsonValue {
  try {
    return JSON.parse(written) as JsonValue;
  } catch (error) {
    throw new ExitError(2, `${where}: not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
