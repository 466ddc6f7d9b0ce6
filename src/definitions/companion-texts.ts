import { isUtf8 } from "node:buffer";
import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from "node:fs";
import { dirname, resolve, sep } from "node:path";
import { reasonOf } from "./find-files.ts";
import type { ReadText } from "./task-checks.ts";

/** A mail is not longer; and it stands in the model that each process keeps. */
const maxBytes = 256 * 1024;

/**
 * Reads the text files that a definition names: relative to its own folder, or by a whole path, but inside `folder` only, wherever links lead. `folder`: that of
 * `workflows_path` in which the definition was found.
 */
export function companionTexts(definitionFile: string, folder: string): ReadText {
  return (name) => {
    try {
      const root = realpathSync(folder);
      const path = realpathSync(resolve(dirname(definitionFile), name));
      if (!path.startsWith(root.endsWith(sep) ? root : root + sep))
        return { problem: `it is not inside ${folder}, where the definition was found` };
      return readText(path);
    } catch (error) {
      return { problem: reasonOf(error) };
    }
  };
}

function readText(path: string): ReturnType<ReadText> {
  // Neither a link that came in between, nor a pipe that nobody fills.
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const about = fstatSync(file);
    if (!about.isFile()) return { problem: "it is no file" };
    if (about.size > maxBytes) return { problem: `it has ${about.size} bytes; at most ${maxBytes} are read` };
    const bytes = readFileSync(file);
    return isUtf8(bytes) ? { text: new TextDecoder().decode(bytes) } : { problem: "it is not valid UTF-8" };
  } finally {
    closeSync(file);
  }
}
