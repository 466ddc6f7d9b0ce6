import { join } from "node:path";
import { createCliKind } from "../../../src/tasks/cli/cli-kind.ts";
import { defaultCliSettings } from "../../../src/tasks/cli/settings.ts";
import { runningOf } from "../../support/commands/written-pids.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { describeKind } from "./kind-contract.ts";

describeKind(async () => {
  const folder = await tempFolder();
  const pids = join(folder.path, "pids");
  const kind = createCliKind({ ...defaultCliSettings, allowedBinaries: ["/bin/sh", "/bin/echo"], killGraceMs: 200 });
  return {
    kind,
    succeeds: { command: ["/bin/echo", "${workflow.input.text}"] },
    fails: { command: ["/bin/sh", "-c", "exit 3"] },
    hangs: { command: ["/bin/sh", "-c", 'echo $$ >>"$1"; exec sleep 1000', "hangs", pids] },
    running: () => runningOf(pids).length,
    async [Symbol.asyncDispose]() {
      await kind.close();
      await folder[Symbol.asyncDispose]();
    },
  };
});
