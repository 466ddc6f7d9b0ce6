import { isJsonObject, type JsonObject, type JsonPointer, type JsonValue, pointerTo } from "../../../model/json.ts";
import { parseText } from "../../../template/syntax/parse-text.ts";
import { textsIn } from "../../texts-in.ts";
import { reservedNames } from "../fields.ts";
import type { Difference } from "./difference.ts";
import { httpDifferences, httpNames } from "./http.ts";
import { Members } from "./members.ts";
import { commandDifferences, mailDifferences, mailNames, messageDifferences, messageNames } from "./other-kinds.ts";

export interface ExplainOptions {
  /** Whether templates may read an environment variable. */
  readonly envAllowed: (name: string) => boolean;
  /** Whether the configuration has `nats_stream_name`. */
  readonly streamNameIsSet: boolean;
}

const workflowNames = ["name", "version", "schemaVersion", "topic", "ephemeral", "inputParameters", "tasks"] as const;
const taskNames = ["retries", "retryDelaySeconds", "http", "cli", "nats", "smtp"] as const;

/** Everything in a document of this dialect that may do something else here than in Mender's service. Takes what has mistakes, too. */
export function explainMender(document: JsonValue, options: ExplainOptions): Difference[] {
  if (!isJsonObject(document)) return [];
  const workflow = new Members(document, "", workflowNames);
  if (workflow.value("schemaVersion") === 2) return []; // another dialect
  const tasks = workflow.value("tasks");
  const parameters = workflow.value("inputParameters");
  const required = Array.isArray(parameters) ? parameters.filter((name) => typeof name === "string") : [];
  const ofTasks = (Array.isArray(tasks) ? tasks : []).flatMap((task: JsonValue, index) =>
    isJsonObject(task) ? taskDifferences(task, pointerTo(workflow.pointer("tasks"), index), required, options) : [],
  );
  return [...workflowDifferences(workflow), ...firstOnly(ofTasks)];
}

function workflowDifferences(workflow: Members): Difference[] {
  const differences: Difference[] = [];
  const name = workflow.text("name");
  if (name !== undefined && reservedNames.includes(name))
    differences.push({
      at: workflow.pointer("name"),
      rule: "reserved-names",
      differs: `${JSON.stringify(name)} is a path of the API, so no workflow can be called so`,
      advice: "Give it another name, and have its clients start it by that",
    });
  if (workflow.value("version") === undefined)
    differences.push({
      at: "",
      rule: "versions",
      differs: "without a version it has version 1, and version 0 in Mender's service",
      advice: "Nothing, unless clients send X-Workflows-Min-Version or look at a job's version; else write version: 0",
    });
  const topic = workflow.text("topic") ?? "";
  if (topic !== "" && topic !== "default")
    differences.push({
      at: workflow.pointer("topic"),
      rule: "topics",
      differs: `only workers that are told to take the topic ${JSON.stringify(topic)} run it`,
      advice: `Start a worker with --topics ${topic}, or list it in the setting topics; standalone takes all`,
    });
  if (workflow.value("ephemeral") === true)
    differences.push({
      at: workflow.pointer("ephemeral"),
      rule: "ephemeral-workflows",
      differs:
        "its jobs are stored until they have completed, and kept where they failed; Mender's service stored none of them",
      advice: "Nothing, unless nobody may see the inputs of failed ones: retention says how long they are kept",
    });
  return differences;
}

function taskDifferences(
  document: JsonObject,
  at: JsonPointer,
  required: readonly string[],
  options: ExplainOptions,
): Difference[] {
  const task = new Members(document, at, taskNames);
  const http = task.part("http", httpNames);
  const cli = task.part("cli", ["command"]);
  const nats = task.part("nats", messageNames);
  const smtp = task.part("smtp", mailNames);
  return [
    ...retryDifferences(task),
    ...templateDifferences(document, at, options),
    ...(http === undefined ? [] : httpDifferences(http, required)),
    ...(cli === undefined ? [] : commandDifferences(cli)),
    ...(nats === undefined ? [] : messageDifferences(nats, required, options.streamNameIsSet)),
    ...(smtp === undefined ? [] : mailDifferences(smtp)),
  ];
}

function retryDifferences(task: Members): Difference[] {
  if ((task.number("retries") ?? 0) === 0) return [];
  const hasDelay = (task.number("retryDelaySeconds") ?? 0) > 0;
  const pauses = hasDelay ? "" : ", and pauses of a second and more, which double, stand between them";
  return [
    {
      at: task.pointer("retries"),
      rule: "retries",
      differs: `retries follow connection errors and time-outs too, not failed answers alone${pauses}`,
      advice: hasDelay
        ? "Nothing, unless a call must not be repeated when nobody knows whether it arrived: then name the failures in retryOn"
        : "Nothing, unless they must follow at once: then write retryDelaySeconds: 0",
    },
  ];
}

function templateDifferences(task: JsonObject, at: JsonPointer, { envAllowed }: ExplainOptions): Difference[] {
  const differences: Difference[] = [];
  for (const { at: place, text } of textsIn(task, at)) {
    if (/\{\{.*?\}\}/s.test(text))
      differences.push({
        at: place,
        rule: "go-templates",
        differs: 'what stands in "{{...}}" is sent as it is; later versions of Mender\'s service executed it in bodies',
        advice: "Write it with ${...}, or have the service that is called do it",
      });
    for (const part of parseText(text).parts) {
      if (typeof part === "string") continue;
      if (part.from === "input")
        differences.push({
          at: place,
          rule: "one-pass",
          differs: "an input that holds ${...} stays the text that it is; Mender's service went on to expand it",
          advice: "Nothing, unless clients send templates as inputs: then write them into the definition",
        });
      if (part.encoding === "url")
        differences.push({
          at: place,
          rule: "url-encoding",
          differs:
            part.from === "input"
              ? "encoding=url writes a space as %20; Mender's service wrote +"
              : "encoding=url encodes it, a space as %20; Mender's service encoded nothing but inputs",
          advice: "Nothing, unless whoever is called knows a space by + alone, or the value is encoded already",
        });
      if (part.from === "env" && !envAllowed(part.name))
        differences.push({
          at: place,
          rule: "environment",
          differs: `the variable ${part.name} looks as if it were not set, because env_allowed does not list it`,
          advice: `Add ${part.name} to env_allowed, if services that are called may learn its value`,
        });
    }
  }
  return differences;
}

/** Rules that hold for every task alike are told once. */
const toldOnce: readonly Difference["rule"][] = ["one-pass", "redirects"];

function firstOnly(differences: readonly Difference[]): Difference[] {
  const told = new Set<string>();
  return differences.filter(({ at, rule, differs }) => {
    const key = toldOnce.includes(rule) ? rule : `${rule} ${at} ${differs}`;
    if (told.has(key)) return false;
    told.add(key);
    return true;
  });
}
