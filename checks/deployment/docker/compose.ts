import { existsSync } from "node:fs";
import { Script } from "node:vm";
import { parseDuration } from "../../../src/config/values/duration.ts";
import { isLoopback } from "../../../src/config/values/listen-address.ts";
import { argumentProblems, patienceProblems, settingsOf } from "../settings.ts";
import { shaped, yamlDocuments } from "../shape.ts";
import { ComposeFile, type ComposeService } from "./compose-shape.ts";
import type { Image } from "./dockerfile.ts";
import { interpolate } from "./interpolate.ts";

const file = "compose.yaml";

/** Services, what they wait for, and what they give to our program. Answers the health commands of ours too. */
export async function checkCompose(
  text: string,
  image: Image,
  version: string,
): Promise<{ healthCommands: string[][]; problems: string[] }> {
  const { values, problems } = yamlDocuments(file, text);
  if (problems.length > 0) return { healthCommands: [], problems };
  const unset = (name: string) => problems.push(`${file}: \${${name}} has no default; a dollar sign is written $$`);
  const compose = shaped(ComposeFile, interpolate(values[0], unset), file);
  if (compose.value === undefined) return { healthCommands: [], problems: [...problems, ...compose.problems] };
  const { services, volumes } = compose.value;
  const healthCommands: string[][] = [];
  for (const [name, service] of Object.entries(services)) {
    const where = `${file}: ${name}`;
    problems.push(...dependencyProblems(where, service, services), ...volumeProblems(where, service, volumes));
    if (service.build === undefined) {
      problems.push(...mongoProblems(where, service));
    } else {
      problems.push(...(await ownProblems(where, service, image, version, services)));
      const [kind, ...command] = service.healthcheck?.test ?? [];
      if (kind === "CMD") healthCommands.push(command);
    }
  }
  return { healthCommands, problems };
}

type Services = Readonly<Record<string, ComposeService>>;

function dependencyProblems(where: string, { depends_on = {} }: ComposeService, services: Services): string[] {
  return Object.entries(depends_on).flatMap(([name, { condition }]) => {
    const other = services[name];
    if (other === undefined) return [`${where} depends on ${name}, which is no service`];
    return condition === "service_healthy" && other.healthcheck?.test === undefined
      ? [`${where} waits for the health of ${name}, which has no healthcheck`]
      : [];
  });
}

function volumeProblems(where: string, service: ComposeService, volumes: Readonly<Record<string, null>>): string[] {
  return (service.volumes ?? [])
    .map((volume) => volume.split(":")[0] ?? "")
    .filter((source) => (source.startsWith(".") ? !existsSync(source) : volumes[source] === undefined))
    .map((source) => `${where} uses ${source}, which is neither a volume nor in the repository`);
}

/** The script that makes the replica set at least parses. */
function mongoProblems(where: string, { image, command }: ComposeService): string[] {
  const wrong = /^mongo:\d+\.\d+$/.test(image) ? [] : [`${where} runs ${image}, must be mongo:MAJOR.MINOR`];
  const script = command[0] === "mongosh" ? command.at(-1) : undefined;
  try {
    if (script !== undefined) new Script(script);
  } catch (error) {
    wrong.push(`${where}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return wrong;
}

async function ownProblems(
  where: string,
  service: ComposeService,
  image: Image,
  version: string,
  services: Services,
): Promise<string[]> {
  const problems = argumentProblems(where, service.command);
  const serves = service.command[0] === "server";
  const environment = { ...image.environment, ...service.environment };
  const { config, problems: mistakes } = await settingsOf(where, { environment, serves });
  problems.push(...mistakes);
  if (service.image !== `workflows:${version}`) problems.push(`${where} runs ${service.image}, not version ${version}`);
  if (config !== undefined)
    problems.push(...patienceProblems(where, parseDuration(service.stop_grace_period ?? "10s") ?? 0, config));
  problems.push(...mongoUrlProblems(where, config?.mongoUrl ?? "", services));
  if (serves && (config?.listen.port !== image.port || isLoopback(config.listen.host)))
    problems.push(`${where} does not listen on port ${image.port} for others`);
  const inside = (service.ports ?? []).map((port) => Number(port.split(":").at(-1)));
  if (inside.some((port) => port !== image.port)) problems.push(`${where} publishes another port than ${image.port}`);
  if ((service.ports ?? []).some((port) => !port.startsWith("127.0.0.1:")))
    problems.push(`${where} publishes a port beyond this machine, and asks nobody for a token`);
  if (!serves && service.healthcheck?.disable !== true)
    problems.push(`${where} has no API: the healthcheck of the image must be disabled`);
  return problems;
}

/** The address names members that are services, and the set that they are told to be. */
function mongoUrlProblems(where: string, url: string, services: Services): string[] {
  const [, hosts = "", set = ""] = /^mongodb:\/\/([^/]+)\/\?replicaSet=(\w+)$/.exec(url) ?? [];
  return hosts.split(",").flatMap((host) => {
    const [name = "", port] = host.split(":");
    const command = services[name]?.command ?? [];
    const told = command[command.indexOf("--replSet") + 1];
    return port === "27017" && command[0] === "mongod" && told === set
      ? []
      : [`${where}: mongo-url names ${host || "nobody"} of the set ${set || "without a name"}, which no service is`];
  });
}
