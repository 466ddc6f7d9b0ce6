import { isDeepStrictEqual } from "node:util";
import type { Config } from "../../../src/config/config.ts";
import { isLoopback } from "../../../src/config/values/listen-address.ts";
import type { Image } from "../docker/dockerfile.ts";
import { argumentProblems, patienceProblems, settingsOf } from "../settings.ts";
import { type Objects, readObjects } from "./objects.ts";
import type { Deployment } from "./shape.ts";

/** Values of the right kind for what the Secret holds. */
const secrets: Readonly<Record<string, string>> = {
  "mongo-url": "mongodb://user:password@mongo.example/?replicaSet=rs0",
  "api-tokens": JSON.stringify([{ name: "tester", role: "start", hash: `sha256:${"0".repeat(64)}` }]),
};

/** What Kubernetes itself would not notice: things that must fit each other, and our program. Answers the paths of probes too. */
export async function checkManifests(
  files: Readonly<Record<string, string>>,
  image: Image,
  version: string,
): Promise<{ probedPaths: string[]; definitions: Record<string, string>; problems: string[] }> {
  const objects = readObjects(files);
  const problems = [...objects.problems, ...selectorProblems(objects)];
  for (const deployment of objects.deployments) {
    const where = `Deployment ${deployment.metadata.name}`;
    problems.push(...volumeProblems(where, deployment, objects), ...portProblems(where, deployment, image));
    problems.push(...(await processProblems(where, deployment, objects, image)));
    const runs = deployment.spec.template.spec.containers[0].image;
    if (runs !== `workflows:${version}`) problems.push(`${where} runs ${runs}, not version ${version}`);
  }
  const probes = objects.deployments.flatMap(({ spec }) => {
    const { startupProbe, livenessProbe, readinessProbe } = spec.template.spec.containers[0];
    return [startupProbe, livenessProbe, readinessProbe].filter((probe) => probe !== undefined);
  });
  const definitions = objects.configMaps.find(({ metadata }) => metadata.name === "workflows-definitions")?.data ?? {};
  return { probedPaths: [...new Set(probes.map(({ httpGet }) => httpGet.path))], definitions, problems };
}

function covers(labels: Readonly<Record<string, string>>, selector: Readonly<Record<string, string>>): boolean {
  return Object.entries(selector).every(([label, value]) => labels[label] === value);
}

function selectorProblems({ deployments, services, budgets }: Objects): string[] {
  const pods = deployments.map(({ spec }) => spec.template.metadata.labels);
  const own = deployments.filter(({ spec }) => {
    const { matchLabels } = spec.selector;
    const spread = spec.template.spec.topologySpreadConstraints.map(({ labelSelector }) => labelSelector.matchLabels);
    return ![matchLabels, ...spread].every((labels) => isDeepStrictEqual(labels, spec.template.metadata.labels));
  });
  const matches = (selector: Readonly<Record<string, string>>) =>
    pods.filter((labels) => covers(labels, selector)).length;
  return [
    ...own.map(({ metadata }) => `Deployment ${metadata.name}: its selectors are not the labels of its pods`),
    ...services
      .filter(({ spec }) => matches(spec.selector) !== 1)
      .map(({ metadata }) => `Service ${metadata.name} selects the pods of no deployment, or of several`),
    ...budgets
      .filter(({ spec }) => matches(spec.selector.matchLabels) !== 1)
      .map(({ metadata }) => `PodDisruptionBudget ${metadata.name} is about no deployment, or about several`),
    ...services.flatMap(({ metadata, spec }) => {
      const ports = deployments
        .filter(({ spec: { template } }) => covers(template.metadata.labels, spec.selector))
        .flatMap(({ spec: { template } }) => template.spec.containers[0].ports ?? []);
      return spec.ports
        .filter(({ targetPort }) => !ports.some((port) => [port.name, port.containerPort].includes(targetPort)))
        .map(({ targetPort }) => `Service ${metadata.name}: no pod behind it has a port ${targetPort}`);
    }),
  ];
}

function volumeProblems(where: string, { spec }: Deployment, { configMaps }: Objects): string[] {
  const { volumes, containers } = spec.template.spec;
  const [{ volumeMounts }] = containers;
  return [
    ...volumeMounts
      .filter(({ name }) => !volumes.some((volume) => volume.name === name))
      .map(({ name }) => `${where} mounts ${name}, which is no volume`),
    ...volumes.flatMap((volume) => {
      if (!("configMap" in volume)) return [];
      const map = configMaps.find(({ metadata }) => metadata.name === volume.configMap.name);
      if (map === undefined) return [`${where} mounts the ConfigMap ${volume.configMap.name}, which is not there`];
      return volumeMounts
        .filter(({ name, subPath }) => name === volume.name && subPath !== undefined && map.data[subPath] === undefined)
        .map(({ subPath }) => `${where} mounts ${subPath}, which the ConfigMap lacks`);
    }),
  ];
}

/** A container that listens says so, on the port that the image listens on. */
function portProblems(where: string, { spec }: Deployment, image: Image): string[] {
  const [{ ports = [], startupProbe, livenessProbe, readinessProbe, args }] = spec.template.spec.containers;
  const probes = [startupProbe, livenessProbe, readinessProbe].filter((probe) => probe !== undefined);
  const unknown = probes.filter(
    ({ httpGet }) => !ports.some((port) => [port.name, port.containerPort].includes(httpGet.port)),
  );
  const needed = args[0] === "server" ? 3 : 0;
  return [
    ...ports
      .filter(({ containerPort }) => containerPort !== image.port)
      .map(({ containerPort }) => `${where} has port ${containerPort}, the image listens on ${image.port}`),
    ...unknown.map(({ httpGet }) => `${where} probes port ${httpGet.port}, which it does not have`),
    ...(probes.length === needed ? [] : [`${where} has ${probes.length} probes, must have ${needed}`]),
  ];
}

/** The settings, the arguments and the end of the process. */
async function processProblems(where: string, { spec }: Deployment, objects: Objects, image: Image): Promise<string[]> {
  const pod = spec.template.spec;
  const [{ args, env, volumeMounts, lifecycle }] = pod.containers;
  const problems = argumentProblems(where, args);
  const file = configurationFile(args, pod, objects);
  if (file === undefined) return [...problems, `${where}: --config names nothing that is mounted`];
  for (const { valueFrom } of env)
    if (secrets[valueFrom.secretKeyRef.key] === undefined || valueFrom.secretKeyRef.name !== "workflows")
      problems.push(`${where}: nobody says what ${valueFrom.secretKeyRef.key} of the Secret is`);
  const given = env.map(({ name, valueFrom }) => [name, secrets[valueFrom.secretKeyRef.key] ?? ""]);
  const environment = { ...image.environment, ...(Object.fromEntries(given) as Record<string, string>) };
  const serves = args[0] === "server";
  const { config, problems: mistakes } = await settingsOf(where, { file, environment, serves });
  problems.push(...mistakes);
  if (config === undefined) return problems;
  const preStopMs = 1000 * Number(lifecycle?.preStop.exec.command[1] ?? 0);
  problems.push(...patienceProblems(where, 1000 * pod.terminationGracePeriodSeconds, config, preStopMs));
  problems.push(
    ...fitting(
      where,
      config,
      image,
      volumeMounts.map(({ mountPath }) => mountPath),
      objects,
    ),
  );
  return problems;
}

function configurationFile(
  args: readonly string[],
  { volumes, containers: [{ volumeMounts }] }: Deployment["spec"]["template"]["spec"],
  { configMaps }: Objects,
): string | undefined {
  const path = args[args.indexOf("--config") + 1];
  const mount = volumeMounts.find(({ mountPath }) => mountPath === path);
  const volume = volumes.find(({ name }) => name === mount?.name);
  const map = configMaps.find(
    ({ metadata }) => volume !== undefined && "configMap" in volume && metadata.name === volume.configMap.name,
  );
  return map?.data[mount?.subPath ?? ""];
}

function fitting(where: string, config: Config, image: Image, mounts: readonly string[], objects: Objects): string[] {
  return [
    ...(config.listen.port === image.port && !isLoopback(config.listen.host)
      ? []
      : [`${where}: listen is not port ${image.port} for others`]),
    ...config.workflowsPaths
      .filter((path) => !mounts.includes(path))
      .map((path) => `${where}: workflows_path is ${path}, where nothing is mounted`),
    ...objects.services
      .filter(({ metadata }) => !config.allowedHosts.includes(metadata.name))
      .map(({ metadata }) => `${where}: allowed_hosts lacks ${metadata.name}, the name of the service`),
  ];
}
