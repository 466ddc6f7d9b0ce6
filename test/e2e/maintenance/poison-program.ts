import { existsSync } from "node:fs";
import { compose } from "../../../src/compose.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { isJsonObject } from "../../../src/model/json.ts";
import { createLogger } from "../../../src/observability/logger.ts";
import type { TaskKind } from "../../../src/tasks/kind.ts";

// The product as a worker, with one kind of task more: `crash` kills its process as long as a file is there. Prints what it logs.

const crash: TaskKind = {
  type: "crash",
  schema: true,
  failures: { codes: [], groups: {}, statusCodes: false },
  check: (part) => ({ spec: part, warnings: [] }),
  async run(spec) {
    if (isJsonObject(spec) && existsSync(String(spec["whileThereIs"]))) process.kill(process.pid, "SIGKILL");
    return { kind: "succeeded", result: {} };
  },
};

const { config } = await loadConfig({ file: process.argv[2], environment: {}, flags: {}, serves: false });
const logger = await createLogger({ level: "info", format: "json", secretNames: [] });
const running = await compose(config, logger, { api: false, worker: true, migrate: false }, [crash]);
process.once("SIGTERM", () => void running.stop());
