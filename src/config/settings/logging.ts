import { setting } from "../setting.ts";
import { boolean, choice } from "../values/scalars.ts";

const section = "Logging";

export const loggingSettings = {
  logLevel: setting({
    key: "log_level",
    section,
    type: choice(["trace", "debug", "info", "warn", "error", "fatal", "silent"]),
    default: "info",
    flag: "--log-level",
    doc: "What is logged: `info` has the start, the end and the failures of every job, `debug` every transition and the stack traces of errors.",
  }),
  logFormat: setting({
    key: "log_format",
    section,
    type: choice(["auto", "pretty", "json"]),
    default: "auto",
    doc: "`auto` is `pretty` on a terminal and otherwise `json`, one object a line.",
  }),
  debugLog: setting({
    key: "debug_log",
    section,
    type: boolean,
    default: false,
    doc: "The original's name for `log_level: debug`.",
  }),
} as const;
