import { join } from "node:path";
import { defineConfig } from "vitest/config";

// The threads of the SQLite store, and programs that run from the sources, have their types stripped once and not at each start: the store's contract
// takes a third of the time by that. Inherited by the processes that run tests.
process.env["NODE_COMPILE_CACHE"] ??= join(import.meta.dirname, ".cache", "compiled");

// For what hangs: on a machine that does much else, tests take many times as long as alone.
const inProcessMs = 60_000;
const realProcessesMs = 120_000;
/** Less than a minute where the machine has nothing else to do. */
const manyProcessesMs = 300_000;

const stripsTypes = "test/support/store/strip-types.ts";
const startsMongod = "test/support/mongo/global-setup.ts";
const findsNatsServer = "test/support/nats/global-setup.ts";
const buildsProduct = "test/support/product/global-setup.ts";
const describesApi = "test/support/openapi/global-setup.ts";
const setsRunningTest = "test/support/set-running-test.ts";
const holdsCallsToDocument = "test/support/openapi/hold-calls-to-document.ts";

interface Project {
  readonly name: string;
  /** Folders below `test/`; default: the one of the project's name. */
  readonly folders?: readonly string[];
  readonly exclude?: readonly string[];
  readonly timeoutMs: number;
  readonly globalSetup?: string[];
  readonly setupFiles?: string[];
  readonly env?: Record<string, string>;
  readonly retry?: number;
}

/**
 * Times that a failed test is tried again in CI, whose machine may stand still for seconds: so that one such moment does not refuse a change. `.ci/summary.ts` names each that needed
 * it, with what failed.
 */
const secondTry = process.env["CI"] === undefined ? 0 : 1;

/** One project a kind of test, so that `vitest run --project unit` runs one kind alone. */
function project({ name, folders = [name], exclude = [], timeoutMs, env = {}, ...more }: Project) {
  const { globalSetup = [], setupFiles = [], ...rest } = more;
  return {
    extends: true as const,
    test: {
      name,
      include: folders.map((folder) => `test/${folder}/**/*.test.ts`),
      exclude: exclude.map((folder) => `test/${folder}/**`),
      testTimeout: timeoutMs,
      hookTimeout: timeoutMs,
      retry: secondTry,
      globalSetup: [stripsTypes, ...globalSetup],
      setupFiles: [setsRunningTest, ...setupFiles],
      env: { TEST_PATIENCE_MS: String((timeoutMs * 2) / 3), ...env },
      ...rest,
    },
  };
}

/** The real product, once on each store: the same tests, and those that are about that store alone. */
const e2eFolders = ["api", "coming-from-mender", "commands", "maintenance", "worker"].map((folder) => `e2e/${folder}`);

export default defineConfig({
  test: {
    pool: "forks",
    isolate: false, // a process for each file would load the product anew four hundred times
    maxWorkers: 4, // most tests wait for something most of the time
    passWithNoTests: false,
    // .ci/summary.ts adds up what CI ran.
    reporters: process.env["CI"] === undefined ? ["default"] : ["default", "json"],
    outputFile: { json: ".cache/tests.json" },
    allowOnly: false,
    unstubEnvs: true,
    projects: [
      project({ name: "unit", timeoutMs: inProcessMs }),
      project({ name: "contract", timeoutMs: inProcessMs, globalSetup: [startsMongod, findsNatsServer] }),
      project({
        name: "e2e",
        folders: ["e2e/without-store"],
        timeoutMs: realProcessesMs,
        globalSetup: [buildsProduct],
      }),
      project({
        name: "e2e-sqlite",
        folders: [...e2eFolders, "e2e/sqlite"],
        timeoutMs: realProcessesMs,
        env: { TEST_STORE: "sqlite" },
        globalSetup: [findsNatsServer, describesApi, buildsProduct],
        setupFiles: [holdsCallsToDocument],
      }),
      project({
        name: "e2e-mongodb",
        folders: [...e2eFolders, "e2e/mongodb"],
        exclude: ["e2e/commands/client"], // commands that ask the API, which is tested on both stores
        timeoutMs: realProcessesMs,
        env: { TEST_STORE: "mongodb" },
        globalSetup: [startsMongod, findsNatsServer, describesApi, buildsProduct],
        setupFiles: ["test/support/mongo/skip-without-server.ts", holdsCallsToDocument],
      }),
      project({
        name: "chaos",
        retry: 0, // a promise that was broken once is broken
        timeoutMs: manyProcessesMs,
        globalSetup: [startsMongod, findsNatsServer, buildsProduct],
      }),
      project({ name: "docs", timeoutMs: manyProcessesMs, globalSetup: [startsMongod, buildsProduct] }),
    ],
  },
});
