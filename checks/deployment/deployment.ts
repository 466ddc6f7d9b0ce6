// Dockerfile, compose.yaml, the units of systemd and the manifests of Kubernetes: each is parsed, held against our own settings and
// command line, and shown to the tool that reads it in the end, where that is on this machine.
// No image is built: that needs a registry to pull from, which CI does not reach.
import { readFileSync } from "node:fs";
import { packageInfo } from "../../src/compose/package-info.ts";
import { report } from "../report.ts";
import { repositoryFiles } from "../repository-files.ts";
import { definitionProblems } from "./definitions.ts";
import { checkCompose } from "./docker/compose.ts";
import { checkDockerfile } from "./docker/dockerfile.ts";
import { checkManifests } from "./kubernetes/manifests.ts";
import { askProgram } from "./served.ts";
import { checkService } from "./systemd/service.ts";
import { askTools } from "./tools.ts";

const read = (file: string) => readFileSync(file, "utf8");
const { version } = packageInfo();

const docker = await checkDockerfile({
  dockerfile: read("Dockerfile"),
  dockerignore: read(".dockerignore"),
  repository: repositoryFiles(),
});
const compose = await checkCompose(read("compose.yaml"), docker.image, version);
const manifestFiles = repositoryFiles("deploy/kubernetes");
const manifests = await checkManifests(
  Object.fromEntries(manifestFiles.map((file) => [file, read(file)])),
  docker.image,
  version,
);
const units = repositoryFiles("deploy/systemd");
const served = await askProgram(
  manifests.probedPaths,
  [docker.image.healthCommand, ...compose.healthCommands],
  docker.image.port,
);
const files = ["Dockerfile", "compose.yaml", ...units, ...manifestFiles];
const tools = askTools(files);

report(
  [
    ...docker.problems,
    ...compose.problems,
    ...units.flatMap((unit) => checkService(unit, read(unit))),
    ...manifests.problems,
    ...served,
    ...tools.problems,
    ...(await definitionProblems(manifests.definitions)),
  ],
  `${files.length} files; shown to ${["our own parsers", ...tools.used].join(", ")}; not to ${["docker build", ...tools.missing].join(", ")}`,
);
