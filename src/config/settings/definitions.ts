import { setting } from "../setting.ts";
import { textList } from "../values/list.ts";
import { pathList } from "../values/path.ts";

const section = "Definitions";

/** What carries credentials by its very nature is redacted whatever is configured. */
const alwaysSecret = ["authorization", "proxy-authorization", "cookie", "set-cookie"];

const namePatterns = {
  expected: "a list of names, in which * stands for any characters",
  check: (pattern: string) => (/\s/.test(pattern) ? `"${pattern}" must be a name without spaces` : undefined),
};

export const definitionSettings = {
  workflowsPaths: setting({
    key: "workflows_path",
    section,
    type: pathList,
    default: [],
    defaultText: "none",
    flag: "--workflows-path",
    doc: "Folder or file with workflow definitions (JSON or YAML), or a list of them. Read at start-up; of several definitions of one name new jobs run the highest version, and the others are kept for restarts.",
  }),
  envAllowed: setting({
    key: "env_allowed",
    section,
    type: textList(namePatterns),
    default: ["*_ADDR", "HAVE_*"],
    doc: "Environment variables that definitions may read with `${env.NAME}`. All others look as if they were not set.",
  }),
  secretNames: setting({
    key: "secret_names",
    section,
    type: textList({ ...namePatterns, always: alwaysSecret }),
    default: [...alwaysSecret, "*token*", "*password*", "*secret*", "*api-key*", "*api_key*", "*apikey*"],
    doc: "Names of headers and inputs whose values are not written to job results and logs, in any case of letters. `authorization`, `proxy-authorization`, `cookie` and `set-cookie` are among them whatever is configured.",
  }),
} as const;
