import { beforeEach } from "vitest";

/** The nats-server that the tests of a run start, or why there is none. */
export type Announced = { readonly path: string } | { readonly missing: string };

/** Tells the processes of the tests what the set-up of the run found. */
const variable = "TEST_NATS_SERVER";

export function announce(program: Announced): void {
  process.env[variable] = JSON.stringify(program);
}

/** What was announced in this process or the one that started it. */
export function announced(): Announced | undefined {
  const text = process.env[variable];
  return text === undefined ? undefined : (JSON.parse(text) as Announced);
}

/** Why tests that need the server cannot run; undefined where they can. */
export function whyNoNatsServer(): string | undefined {
  const program = announced();
  return program !== undefined && "missing" in program ? program.missing : undefined;
}

/** For files that cannot run without: each of their tests is reported as skipped, with the reason. */
export function needsNatsServer(): void {
  beforeEach(({ skip }) => {
    const reason = whyNoNatsServer();
    if (reason !== undefined) skip(reason);
  });
}
