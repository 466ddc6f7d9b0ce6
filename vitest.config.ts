import { defineConfig } from "vitest/config";

const inProcessMs = 30_000;
const realProcessesMs = 120_000;

const startsMongod = ["test/support/mongo/global-setup.ts"];

interface Project {
  readonly name: string;
  /** Folders below `test/`; default: the one of the project's name. */
  readonly folders?: readonly string[];
  readonly exclude?: readonly string[];
  readonly timeoutMs: number;
  readonly globalSetup?: string[];
  readonly setupFiles?: string[];
  readonly env?: Record<string, string>;
}

/** One project a kind of test, so that `vitest run --project unit` runs one kind alone. */
function project({ name, folders = [name], exclude = [], timeoutMs, ...more }: Project) {
  return {
    extends: true as const,
    test: {
      name,
      include: folders.map((folder) => `test/${folder}/**/*.test.ts`),
      exclude: exclude.map((folder) => `test/${folder}/**`),
      testTimeout: timeoutMs,
      hookTimeout: timeoutMs,
      ...more,
    },
  };
}

/** The real product, once on each store: the same tests, and those that are about that store alone. */
const e2eFolders = ["api", "commands", "maintenance", "worker"].map((folder) => `e2e/${folder}`);

export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 2,
    passWithNoTests: false,
    // .ci/summary.ts adds up what CI ran.
    reporters: process.env["CI"] === undefined ? ["default"] : ["default", "json"],
    outputFile: { json: ".cache/tests.json" },
    allowOnly: false,
    unstubEnvs: true,
    projects: [
      project({ name: "unit", timeoutMs: inProcessMs }),
      project({ name: "contract", timeoutMs: inProcessMs, globalSetup: startsMongod }),
      project({ name: "e2e", folders: ["e2e/without-store"], timeoutMs: realProcessesMs }),
      project({
        name: "e2e-sqlite",
        folders: [...e2eFolders, "e2e/sqlite"],
        timeoutMs: realProcessesMs,
        env: { TEST_STORE: "sqlite" },
      }),
      project({
        name: "e2e-mongodb",
        folders: [...e2eFolders, "e2e/mongodb"],
        timeoutMs: realProcessesMs,
        env: { TEST_STORE: "mongodb" },
        globalSetup: startsMongod,
        setupFiles: ["test/support/mongo/skip-without-server.ts"],
      }),
      project({ name: "chaos", timeoutMs: realProcessesMs, globalSetup: startsMongod }),
      project({ name: "docs", timeoutMs: realProcessesMs, globalSetup: startsMongod }),
    ],
  },
});
