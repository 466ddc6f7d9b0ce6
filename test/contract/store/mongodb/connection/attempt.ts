import { StartError } from "../../../../../src/model/errors.ts";
import { connectMongo, type MongoConnection } from "../../../../../src/store/mongodb/connection/connect.ts";
import type { MongoSettings } from "../../../../../src/store/mongodb/connection/settings.ts";

export interface Attempt {
  readonly connection?: MongoConnection;
  /** The line with which the start ends; empty where it succeeds. */
  readonly line: string;
  readonly warnings: readonly string[];
}

/** Connects with these settings, as a start does. Errors that are no `StartError` with exit code 3 are thrown. */
export async function connectTo(settings: Partial<MongoSettings> & Pick<MongoSettings, "url">): Promise<Attempt> {
  const warnings: string[] = [];
  const ignore = (): void => undefined;
  const log = { info: ignore, warn: (_fields: object, message: string) => void warnings.push(message), error: ignore };
  try {
    const connection = await connectMongo({ ...defaults, ...settings }, log);
    return { connection, line: "", warnings };
  } catch (error) {
    if (error instanceof StartError && error.exitCode === 3) return { line: error.message, warnings };
    throw error;
  }
}

const defaults = { database: undefined, tls: false, tlsSkipVerify: false, username: undefined, password: undefined };

/** The same address, with less patience than by default: what is wrong now will be so in a second. */
export function soon(url: string): string {
  return `${url}${url.includes("?") ? "&" : "?"}serverSelectionTimeoutMS=1000`;
}

/** The line of a start that has to fail. */
export async function failure(settings: Parameters<typeof connectTo>[0]): Promise<string> {
  const { connection, line } = await connectTo(settings);
  await connection?.client.close();
  return line;
}

/** Connects, and closes the connection. */
export async function success(
  settings: Parameters<typeof connectTo>[0],
): Promise<Attempt & { connection: MongoConnection }> {
  const attempt = await connectTo(settings);
  const { connection } = attempt;
  if (connection === undefined) throw new Error(attempt.line);
  await connection.client.close();
  return { ...attempt, connection };
}
