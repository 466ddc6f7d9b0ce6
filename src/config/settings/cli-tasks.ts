import { setting } from "../setting.ts";
import { absolutePathList } from "../values/path.ts";

const section = "CLI tasks";

export const cliTaskSettings = {
  allowedBinaries: setting({
    key: "allowed_binaries",
    section,
    type: absolutePathList,
    default: [],
    defaultText: "none: no `cli` task may run",
    doc: "Programs that `cli` tasks may run, as absolute paths. A task's program must be written just so: nothing is looked up in a path, and a link counts as what it is called, whatever it leads to.",
  }),
} as const;
