// The import rules of the house. ARCHITECTURE.md describes the folders.

/** What other folders know of a store, a notifier and a task kind. The adapters are known to `compose.ts` only. */
const ports = ["^src/store/[^/]+\\.ts$", "^src/notifier/notifier\\.ts$", "^src/tasks/kind\\.ts$"];

const folder = (name) => `^src/${name}/`;

/** Each folder may import itself and what its row says, nothing else of ours. */
const mayImport = {
  model: [],
  template: [folder("model")],
  definitions: [folder("model"), folder("template")],
  engine: [folder("model"), folder("template")],
  store: [folder("model")],
  notifier: [folder("model")],
  processes: [folder("model")],
  tasks: [folder("model"), folder("template"), folder("processes")],
  jobs: [folder("model"), folder("definitions"), folder("engine"), ...ports],
  worker: [folder("model"), folder("jobs"), folder("tasks"), folder("processes"), ...ports],
  maintenance: [folder("model"), folder("jobs"), folder("processes"), ...ports],
  api: [folder("model"), folder("definitions"), folder("jobs"), ...ports],
  observability: [folder("model"), ...ports],
  config: [folder("model")],
  client: [],
};

/** These alone know every part: the command line, the place that joins the parts, the entry. */
const everything = "^src/(commands/|compose/|compose\\.ts$|main\\.ts$)";

const knownFolders = Object.keys(mayImport).join("|");

const rows = Object.entries(mayImport).map(([name, allowed]) => ({
  name: `${name}-imports-its-row-only`,
  severity: "error",
  comment: `src/${name} may import ${allowed.join(", ") || "nothing of ours"}`,
  from: { path: folder(name) },
  to: { path: "^src/", pathNot: [folder(name), ...allowed] },
}));

const adapters = [
  {
    name: "store-adapters-stay-apart",
    severity: "error",
    comment: "an adapter of the store knows the port and its own folder only",
    from: { path: "^src/store/([^/]+)/" },
    to: { path: "^src/store/[^/]+/", pathNot: "^src/store/$1/" },
  },
  {
    name: "notifier-adapters-stay-apart",
    severity: "error",
    comment: "an adapter of the notifier knows the port and its own file or folder only",
    from: { path: "^src/notifier/([^/.]+)" },
    to: { path: "^src/notifier/", pathNot: ["^src/notifier/notifier\\.ts$", "^src/notifier/$1[/.]"] },
  },
  {
    name: "task-kinds-stay-apart",
    severity: "error",
    comment: "a task kind knows the port, what kinds share and its own folder only",
    from: { path: "^src/tasks/([^/]+)/" },
    to: { path: "^src/tasks/", pathNot: ["^src/tasks/(attempt-failure|kind|part-fields)\\.ts$", "^src/tasks/$1/"] },
  },
  {
    name: "ports-know-no-adapter",
    severity: "error",
    comment: "a port must not import what implements it",
    from: { path: ports },
    to: { path: "^src/(store|tasks)/[^/]+/" },
  },
];

/** A package that belongs to one place: nobody else may lean on it. */
const packageHomes = {
  mongodb: [folder("store"), folder("notifier")],
  "commander|picocolors": folder("commands"),
  "fastify|@fastify": [folder("api"), everything],
  typebox: [folder("api"), folder("config"), folder("definitions")],
  undici: [folder("tasks/http"), everything],
  nodemailer: [folder("tasks/smtp")],
  "@nats-io": [folder("tasks/nats")],
  "pino|pino-pretty": [folder("observability"), everything],
  yaml: [folder("definitions"), folder("config"), everything],
};

const homes = Object.entries(packageHomes).map(([names, home]) => ({
  name: `${names.split("|").at(-1).replace("@", "")}-at-home`,
  severity: "error",
  comment: `only ${[home].flat().join(", ")} may import ${names}`,
  from: { path: "^src/", pathNot: [home].flat() },
  to: { path: `(^|/)node_modules/(${names})/`, dependencyTypesNot: ["type-only"] },
}));

export default {
  forbidden: [
    ...rows,
    ...adapters,
    ...homes,
    {
      name: "folder-has-a-row",
      severity: "error",
      comment: "a new folder or file directly below src needs its row in this table",
      from: { path: "^src/", pathNot: [`^src/(${knownFolders})/`, everything] },
      to: {},
    },
    {
      name: "only-the-entry-imports-the-entry",
      severity: "error",
      from: { pathNot: ["^src/main\\.ts$"] },
      to: { path: "^src/main\\.ts$" },
    },
    {
      name: "joining-knows-no-command",
      severity: "error",
      comment: "the command line starts what compose.ts joins, not the other way round",
      from: { path: "^src/(compose/|compose\\.ts$)" },
      to: { path: "^src/commands/" },
    },
    {
      name: "source-stays-in-src",
      severity: "error",
      comment: "the product imports no test, benchmark, check or example",
      from: { path: "^src/" },
      to: { path: "^(test|bench|checks|examples)/" },
    },
    {
      name: "sqlite-at-home",
      severity: "error",
      comment: "node:sqlite belongs to the SQLite adapter; checks/import-rules.ts counts that one file imports it",
      from: { pathNot: "^src/store/sqlite/" },
      to: { path: "^(node:)?sqlite$", dependencyTypes: ["core"] },
    },
    {
      name: "pure-means-pure",
      severity: "error",
      comment: "the engine and the templates are functions of their arguments: no package, no input or output",
      from: { path: ["^src/engine/", "^src/template/"] },
      to: { dependencyTypes: ["core", "npm", "npm-dev", "npm-optional", "npm-peer"], pathNot: "^(node:)?crypto$" },
    },
    {
      name: "no-cycle",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-orphan",
      severity: "error",
      comment: "a file that nothing imports and that imports nothing is dead",
      from: { orphan: true, path: "^src/", pathNot: ["^src/main\\.ts$", "^src/store/sqlite/thread\\.ts$"] },
      to: {},
    },
    {
      name: "no-unresolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "no-undeclared-package",
      severity: "error",
      comment: "a package that is imported stands in package.json",
      from: {},
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "no-development-package-in-source",
      severity: "error",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
  ],
  options: {
    // TypeScript 7 has no JavaScript interface: with the default parser every file would be passed over in silence.
    parser: "swc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
