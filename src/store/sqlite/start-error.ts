import { StartError } from "../../model/errors.ts";
import { resultCode } from "./database/result-code.ts";

/** Why the file could not be opened, in words that name it and what to do. */
export function startErrorOf(path: string, code: number | undefined, message: string): StartError {
  return new StartError(3, `${path} ${explanation(code)} (${message})`);
}

function explanation(code: number | undefined): string {
  switch (code) {
    case resultCode.cannotOpen:
      return "cannot be opened: it must be a file, in a folder that exists and is writable for this user";
    case resultCode.permission:
    case resultCode.readOnly:
      return "cannot be written: give this user the right to write the file and its folder";
    case resultCode.notADatabase:
      return "is not a database: name another file, or move this one away";
    case resultCode.corrupt:
      return "is damaged: restore it from a backup";
    case resultCode.full:
      return "cannot grow: the disk is full";
    case resultCode.ioError:
      return "cannot be read or written: the disk reports an error";
    case resultCode.busy:
    case resultCode.locked:
      return "is locked by another program";
    default:
      return "cannot be used as a store";
  }
}
