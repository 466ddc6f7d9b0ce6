import { argumentProblems, settingsOf } from "../settings.ts";
import { ignoredBy } from "./ignore-file.ts";
import { environmentOf, execForm, type Instruction, instructionsOf, type Stage, stagesOf } from "./instructions.ts";

export interface BuildFiles {
  readonly dockerfile: string;
  readonly dockerignore: string;
  /** Paths of the repository. */
  readonly repository: readonly string[];
}

export interface Image {
  readonly environment: Readonly<Record<string, string>>;
  readonly port: number;
  readonly healthCommand: readonly string[];
}

const file = "Dockerfile";
const known = "CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK RUN STOPSIGNAL USER WORKDIR".split(" ");
const base = /^node:(24|26)-slim$/;
const program = "/app/bin/workflows";

/** What the image would be, read from its recipe: nothing is built here. */
export async function checkDockerfile(build: BuildFiles): Promise<{ image: Image; problems: string[] }> {
  const all = instructionsOf(build.dockerfile);
  const stages = stagesOf(all);
  const last = stages.at(-1) ?? { name: undefined, base: "", steps: [] };
  const environment = environmentOf(last);
  const command = execForm(lastOf("CMD", last)?.text ?? "") ?? [];
  const listen = command[command.indexOf("--listen") + 1] ?? "";
  const settings = await settingsOf(file, {
    environment: { ...environment, WORKFLOWS_LISTEN: listen, WORKFLOWS_ALLOW_UNAUTHENTICATED: "true" },
    serves: true,
  });
  const port = settings.config?.listen.port ?? 0;
  const health = /\bCMD (.*)$/.exec(lastOf("HEALTHCHECK", last)?.text ?? "")?.[1] ?? "";
  const problems = [
    ...all.filter(({ name }) => !known.includes(name)).map((step) => at(step, `${step.name} is no instruction we use`)),
    ...stageProblems(build.dockerfile, stages),
    ...installProblems(stages, last),
    ...copyProblems(all, stages, build),
    ...processProblems(all, last, port),
    ...settings.problems,
  ];
  return { image: { environment, port, healthCommand: execForm(health) ?? [] }, problems };
}

function at(step: Instruction | undefined, problem: string): string {
  return `${file}${step === undefined ? "" : `:${step.line}`}: ${problem}`;
}

function lastOf(name: string, { steps }: Stage): Instruction | undefined {
  return steps.findLast((step) => step.name === name);
}

function stageProblems(text: string, stages: readonly Stage[]): string[] {
  const alone =
    stages.length < 2 ? [at(undefined, "one stage only: the tools of the build would be in the image")] : [];
  const bases = stages
    .filter((stage) => !base.test(stage.base))
    .map((stage) =>
      at(stage.steps[0], `${stage.base} must be node:24-slim or node:26-slim, without the name of a registry`),
    );
  const hosts = /https?:\/\/(?!127\.0\.0\.1[:/])/.test(text)
    ? [at(undefined, "names a host: whoever builds chooses the registry")]
    : [];
  return [...alone, ...bases, ...hosts];
}

/** What runs is what `npm ci --omit=dev` installed and the build bundled. */
function installProblems(stages: readonly Stage[], last: Stage): string[] {
  const needed = [
    { stage: "dependencies", command: "npm ci --omit=dev", folder: "node_modules" },
    { stage: "build", command: "npm run build", folder: "dist" },
  ];
  return needed.flatMap(({ stage, command, folder }) => {
    const steps = stages.find(({ name }) => name === stage)?.steps ?? [];
    const runs = steps.some(({ name, text }) => name === "RUN" && execForm(text)?.join(" ").startsWith(command));
    const copies = last.steps.some(
      ({ name, text }) => name === "COPY" && text.startsWith(`--from=${stage} /build/${folder} `),
    );
    return [
      ...(runs ? [] : [at(undefined, `stage ${stage} does not run ${command}`)]),
      ...(copies ? [] : [at(undefined, `the last stage does not copy ${folder} from stage ${stage}`)]),
    ];
  });
}

/** Nobody wants these in an image, whatever lies about in a checkout. */
const unwanted = [
  ".git/config",
  "node_modules/a/b.js",
  "dist/main.js",
  "workflows.db",
  ".env",
  "config.yaml",
  "test/a.ts",
];

function copyProblems(all: readonly Instruction[], stages: readonly Stage[], build: BuildFiles): string[] {
  const ignored = ignoredBy(build.dockerignore);
  const copies = all.filter(({ name }) => name === "COPY");
  const problems = copies.flatMap((copy) => {
    const from = /^--from=(\S+)/.exec(copy.text)?.[1];
    if (from !== undefined) return stages.some(({ name }) => name === from) ? [] : [at(copy, `no stage is ${from}`)];
    return copy.text
      .split(/\s+/)
      .slice(0, -1)
      .flatMap((source) => {
        const inside = build.repository.filter((path) => path === source || path.startsWith(`${source}/`));
        if (inside.length === 0) return [at(copy, `copies ${source}, which is not in the repository`)];
        return inside
          .filter(ignored)
          .slice(0, 1)
          .map((path) => at(copy, `.dockerignore keeps ${path} out`));
      });
  });
  return [...problems, ...unwanted.filter((path) => !ignored(path)).map((path) => `.dockerignore: lets ${path} in`)];
}

function processProblems(all: readonly Instruction[], last: Stage, port: number): string[] {
  const words = (name: string) => execForm(lastOf(name, last)?.text ?? "") ?? [];
  const [started, ...args] = words("ENTRYPOINT");
  const rules: readonly (readonly [name: string, holds: boolean, what: string])[] = [
    ["USER", /^[1-9]\d*(:[1-9]\d*)?$/.test(lastOf("USER", last)?.text ?? ""), "must be a number that is not 0"],
    ["STOPSIGNAL", lastOf("STOPSIGNAL", last)?.text === "SIGTERM", "must be SIGTERM, which drains"],
    ["EXPOSE", lastOf("EXPOSE", last)?.text === String(port), `must be ${port}, the port of CMD`],
    ["ENTRYPOINT", started === program, `must be ${program}`],
    ["HEALTHCHECK", /\bCMD \[.*\]$/.test(lastOf("HEALTHCHECK", last)?.text ?? ""), "needs a CMD in exec form"],
  ];
  return [
    ...rules.filter(([, holds]) => !holds).map(([name, , what]) => at(lastOf(name, last), `${name} ${what}`)),
    ...all
      .filter(({ name, text }) => ["RUN", "ENTRYPOINT", "CMD"].includes(name) && execForm(text) === undefined)
      .map((step) => at(step, `${step.name} is in shell form: a shell would take the signals`)),
    ...argumentProblems(file, [...args, ...words("CMD")]),
  ];
}
