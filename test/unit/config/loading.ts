import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type LoadedConfig, loadConfig } from "../../../src/config/load.ts";
import type { Flags } from "../../../src/config/read-flags.ts";
import { StartError } from "../../../src/model/errors.ts";
import { tempFolder } from "../../support/temp-folder.ts";

export interface Given {
  /** Text of the configuration file; absent: there is none. */
  readonly file?: string | Uint8Array;
  readonly environment?: Readonly<Record<string, string>>;
  readonly flags?: Flags;
  readonly serves?: boolean;
}

/** Loads what is given; the file is called `config.yaml` in messages and origins. */
export async function load(given: Given): Promise<LoadedConfig> {
  await using folder = await tempFolder();
  const path = join(folder.path, "config.yaml");
  if (given.file !== undefined) await writeFile(path, given.file);
  try {
    const loaded = await loadConfig({
      file: given.file === undefined ? undefined : path,
      environment: given.environment ?? {},
      flags: given.flags ?? {},
      serves: given.serves ?? false,
    });
    return { ...loaded, warnings: loaded.warnings.map((warning) => warning.replaceAll(path, "config.yaml")) };
  } catch (error) {
    if (error instanceof StartError)
      throw new StartError(error.exitCode, error.message.replaceAll(path, "config.yaml"));
    throw error;
  }
}

/** The lines that loading fails with; empty where it succeeds. */
export async function mistakesIn(given: Given): Promise<string[]> {
  try {
    await load(given);
    return [];
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    const lines = error.message.split("\n");
    return lines.length === 1 ? lines : lines.slice(1).map((line) => line.trim());
  }
}
