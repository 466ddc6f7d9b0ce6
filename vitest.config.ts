import { defineConfig } from "vitest/config";

const inProcessMs = 30_000;
const realProcessesMs = 120_000;

/** One project a kind of test, so that `vitest run --project unit` runs one kind alone. */
function project(name: string, timeoutMs: number) {
  return {
    extends: true as const,
    test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout: timeoutMs, hookTimeout: timeoutMs },
  };
}

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
      project("unit", inProcessMs),
      project("contract", inProcessMs),
      project("e2e", realProcessesMs),
      project("chaos", realProcessesMs),
      project("docs", realProcessesMs),
    ],
  },
});
