// docs/reference/configuration.md is made from the table of settings: `npm run check -- reference` compares them,
// `node checks/reference/configuration.ts --write` writes the page anew.
import { readFileSync, writeFileSync } from "node:fs";
import { settingNames, settingOf } from "../../src/config/config.ts";
import { type Section, type Setting, variableOf } from "../../src/config/setting.ts";
import { report } from "../report.ts";

const page = "docs/reference/configuration.md";

const introduction: Readonly<Record<Section, string>> = {
  API: "",
  Store: "",
  MongoDB:
    "The store of a fleet. A wrong address, a refused login and a server that cannot be reached end a start with one line and exit code 3 within 10 s; while running they are answered with 503 until the server is back.",
  Definitions: "",
  Worker: "",
  "HTTP tasks": "",
  "CLI tasks": "More in [cli-tasks.md](cli-tasks.md).",
  "SMTP tasks": "More in [smtp-tasks.md](smtp-tasks.md).",
  "NATS tasks": "More in [nats-tasks.md](nats-tasks.md).",
  Limits: "What goes beyond these is refused or fails with a message that names the setting.",
  Logging: "Logs go to the standard output.",
};

export function renderReference(): string {
  const sections = [...new Set(settingNames.map((name) => settingOf(name).section))];
  return `${[head, ...sections.map(renderSection), tail].join("\n\n")}\n`;
}

function renderSection(section: Section): string {
  const rows = settingNames
    .map(settingOf)
    .filter((setting) => setting.section === section)
    .map(renderRow);
  const text = introduction[section] === "" ? [] : [introduction[section], ""];
  return [
    `## ${section}`,
    "",
    ...text,
    "| setting | value | default | what it does |",
    "| --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

function renderRow(setting: Setting<unknown>): string {
  const flag = setting.flag === undefined ? "" : ` Flag: \`${setting.flag}\`.`;
  const cells = [`\`${setting.key}\``, setting.type.expected, defaultOf(setting), `${setting.doc}${flag}`];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function defaultOf(setting: Setting<unknown>): string {
  if (setting.defaultText !== undefined) return setting.defaultText;
  const shown = setting.type.show(setting.default);
  if (shown === null) return "none";
  if (Array.isArray(shown))
    return shown.map((item) => `\`${typeof item === "string" ? item : JSON.stringify(item)}\``).join(", ");
  return `\`${typeof shown === "string" ? shown : JSON.stringify(shown)}\``;
}

const head = `# Configuration

Every setting has a default. A value comes from, later ones win:

1. the file that \`--config FILE\` (or \`-config FILE\`) names, YAML or JSON; in its keys \`-\` and \`_\` are the same;
2. the environment: \`${variableOf("workflows_path")}\` is \`workflows_path\`, \`${variableOf("mongo-url")}\` is \`mongo-url\`;
3. a flag, for those settings that have one.

\`\`\`yaml
# config.yaml
listen: 127.0.0.1:8080
workflows_path: ./workflows
sqlite_path: /var/lib/workflows/workflows.db
concurrency: 200
grace: 1m
\`\`\`

\`workflows config\` prints every effective value and where it comes from, with secrets masked.

Values:

- Durations are written \`500ms\`, \`15s\`, \`1h30m\`, \`24h\`, \`30d\`; a bare number counts seconds.
- Sizes are written \`1MiB\`, \`500kB\` or as a number of bytes.
- Lists are YAML lists; one text with commas is a list too, as an environment variable has to be.
- Relative paths count from the working directory.
- A key without a value gives nothing, and neither does an empty text in a file (\`""\`) or an empty variable, except where the
  empty text is a value (lists and header settings).

Mistakes are told all at once, each with file and line, what was found and what would be right; the process ends with exit
code 2. A key of a file that is not a setting is a mistake. An unknown variable \`WORKFLOWS_*\` only warns, because others
(Kubernetes, for one) set such variables too; \`WORKFLOWS_SERVER\`, \`WORKFLOWS_TOKEN\` and \`WORKFLOWS_PROFILE\` belong to the
[client commands](command-line.md), \`WORKFLOWS_IMPORT_FROM\` to the import.`;

const tail = `## Keys of the original

All keys of the original's files are known. Without \`mongo-url\` the original took a MongoDB on the same machine; here the store is
the embedded one then, and the other \`mongo*\` keys warn that they have no effect. \`nats_subscriber_topic\` is taken as \`topics\`, with a
warning. \`nats_subscriber_durable\`, \`nats.consumer.*\` and \`nats.stream.*\` have no counterpart; each is accepted with a warning.

This page is made from the table of settings in \`src/config/settings/\`: run \`node checks/reference/configuration.ts --write\`
after a change there.`;

if (import.meta.main) {
  if (process.argv.includes("--write")) writeFileSync(page, renderReference());
  const same = readFileSync(page, "utf8") === renderReference();
  const told = `${page} is not what the settings say: run node checks/reference/configuration.ts --write`;
  report(same ? [] : [told], `${settingNames.length} settings described`);
}
