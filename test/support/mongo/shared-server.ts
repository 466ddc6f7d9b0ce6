/** The MongoDB that all tests of a run share, each with databases of its own. */
export type SharedServer =
  | { readonly kind: "running"; readonly uri: string }
  /** Tests that need it are skipped with this reason. */
  | { readonly kind: "missing"; readonly reason: string };

/** Tells the processes of the tests what the set-up of the run found. */
const variable = "TEST_MONGODB";

export function announce(server: SharedServer): void {
  process.env[variable] = JSON.stringify(server);
}

/** What was announced in this process or the one that started it. */
export function announced(): SharedServer | undefined {
  const text = process.env[variable];
  return text === undefined ? undefined : (JSON.parse(text) as SharedServer);
}

/** The shared server's URI. Throws where there is none, with the reason. */
export function sharedUri(): string {
  const server = announced();
  if (server?.kind === "running") return server.uri;
  throw new Error(
    server?.reason ?? "this project of vitest.config.ts has no MongoDB: it lacks the set-up that starts one",
  );
}
