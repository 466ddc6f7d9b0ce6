import { statSync } from "node:fs";
import { StoreUnavailable } from "../../model/errors.ts";

/**
 * Answers a check that a path still names the file that it names now. Under a removed file SQLite writes on without an
 * error, to what nobody will ever read again. A few microseconds a check.
 */
export function fileIdentity(path: string): () => void {
  const opened = identityOf(path);
  return () => {
    if (opened === undefined || identityOf(path) !== opened)
      throw new StoreUnavailable(
        `The store's file ${path} was removed or replaced while it was in use: restart this process`,
      );
  };
}

function identityOf(path: string): string | undefined {
  const about = statSync(path, { throwIfNoEntry: false });
  return about === undefined ? undefined : `${about.dev}/${about.ino}`;
}
