import { expect, test } from "vitest";
import { definitionProblems } from "../../../checks/deployment/definitions.ts";
import { checkManifests } from "../../../checks/deployment/kubernetes/manifests.ts";
import { repositoryFiles } from "../../../checks/repository-files.ts";
import { packageInfo } from "../../../src/compose/package-info.ts";
import { broken, textOf } from "./broken.ts";

const { version } = packageInfo();
const files = repositoryFiles("deploy/kubernetes");
const image = { environment: {}, port: 8080, healthCommand: [] };

/** Checks all manifests, with something replaced in those that have it. */
async function problemsWith(from: string, to: string): Promise<string> {
  const texts = files.map((file): [string, string] => [file, textOf(file)]);
  if (!texts.some(([, text]) => text.includes(from))) broken("", from, to);
  const changed = Object.fromEntries(texts.map(([file, text]) => [file, text.replaceAll(from, to)]));
  return (await checkManifests(changed, image, version)).problems.join("\n");
}

test("the manifests are as they must be", async () => {
  const texts = Object.fromEntries(files.map((file) => [file, textOf(file)]));
  const { problems, probedPaths, definitions } = await checkManifests(texts, image, version);
  expect(problems).toEqual([]);
  expect(probedPaths).toEqual(["/status", "/api/v1/health"]);
  expect(await definitionProblems(definitions)).toEqual([]);
});

test.each([
  ["readinessProbe:", "readinesProbe:", "readinesProbe is no field"],
  ["kind: PodDisruptionBudget", "kind: PodDisruptionBudgets", "no kind that we use"],
  ["apiVersion: apps/v1", "apiVersion: apps/v1beta1", "/apiVersion"],
  ["replicas: 2", 'replicas: "2"', "/spec/replicas must be"],
  [
    "    matchLabels:\n      app.kubernetes.io/name: workflows\n",
    "    matchLabels:\n      app.kubernetes.io/name: flows\n",
    "is about no deployment",
  ],
  [
    "  selector:\n    app.kubernetes.io/name: workflows\n",
    "  selector:\n    app.kubernetes.io/name: flows\n",
    "selects the pods of no",
  ],
  ["targetPort: http", "targetPort: web", "no pod behind it has a port web"],
  ["containerPort: 8080", "containerPort: 8081", "has port 8081"],
  ["              port: http\n", "              port: web\n", "probes port web"],
  ["terminationGracePeriodSeconds: 60", "terminationGracePeriodSeconds: 50", "kills after 50000 ms"],
  ["runAsNonRoot: true", "runAsNonRoot: false", "/runAsNonRoot"],
  ["            readOnlyRootFilesystem: true\n", "", "readOnlyRootFilesystem"],
  ["name: WORKFLOWS_MONGO_URL", "name: WORKFLOWS_MONGO_URI", "did you mean WORKFLOWS_MONGO_URL?"],
  ["key: mongo-url", "key: mongo", "nobody says what mongo"],
  ["concurrency: 100", "concurency: 100", "did you mean"],
  ["grace: 30s", "grace: 50s", "must be more than 65000 ms"],
  ['listen: ":8080"', 'listen: ":8081"', "listen is not port 8080"],
  ["allowed_hosts: [workflows]", "allowed_hosts: []", "allowed_hosts lacks workflows"],
  ["workflows_path: /etc/workflows/definitions", "workflows_path: /definitions", "where nothing is mounted"],
  ["subPath: config.yaml", "subPath: configuration.yaml", "which the ConfigMap lacks"],
  ["            name: workflows-definitions", "            name: definitions", "which is not there"],
  ['"--automigrate", ', '"--migrate", ', "--migrate"],
  ["image: workflows:0.1.0", "image: registry.example/workflows:latest", "not version"],
])("the manifests are refused with %j as %j", async (from, to, problem) => {
  expect(await problemsWith(from, to)).toContain(problem);
});

test("a definition that nobody could load is found in its ConfigMap", async () => {
  expect((await definitionProblems({ "hello.yaml": "name: hello\ntask: []\n" })).join("\n")).toContain("hello.yaml");
});
