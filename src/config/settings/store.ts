import { resolve } from "node:path";
import { setting } from "../setting.ts";
import { duration } from "../values/duration.ts";
import { path } from "../values/path.ts";
import { boolean } from "../values/scalars.ts";

const section = "Store";

export const storeSettings = {
  sqlitePath: setting({
    key: "sqlite_path",
    section,
    type: path,
    default: resolve("workflows.db"),
    defaultText: "./workflows.db",
    flag: "--sqlite-path",
    doc: "The file of the embedded store, made when it is not there; used unless `mongo-url` is set. All processes that share it must run on one machine: network file systems are refused.",
  }),
  retentionMs: setting({
    key: "retention",
    section,
    type: duration("1m", "3650d", { zero: "keep them for ever" }),
    default: 30 * 86_400_000,
    doc: "How long finished jobs are kept, with their history.",
  }),
  keepEphemeral: setting({
    key: "keep_ephemeral",
    section,
    type: boolean,
    default: false,
    doc: "Completed jobs of `ephemeral` workflows are kept like any other, for `retention`, instead of being removed by their end. It counts for jobs that are started from then on.",
  }),
} as const;
