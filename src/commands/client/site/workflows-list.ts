import type { WorkflowSummary } from "../../../client/workflows.ts";
import type { Globals } from "../../globals.ts";
import { note, print, printIds, printJson, table } from "../../terminal.ts";
import { CalledServer } from "../called-server.ts";
import type { ServerOptions } from "../server-options.ts";

/** Every workflow that can be started, by name. */
export async function listWorkflows(options: ServerOptions, globals: Globals): Promise<number> {
  const workflows = await new CalledServer(options).ask((client) => client.workflows.list());
  printIds(workflows.map(({ name }) => name));
  if (globals.json === true) printJson({ workflows });
  else if (workflows.length === 0) note("No workflows: post a definition, or set workflows_path.");
  else print(table(["WORKFLOW", "VERSION", "VERSIONS", "TOPIC", "INPUTS", "DESCRIPTION"], workflows.map(cellsOf)));
  return 0;
}

function cellsOf(workflow: WorkflowSummary): string[] {
  const { name, version, versions, topic, description } = workflow;
  return [name, String(version), String(versions), topic, inputsOf(workflow), description];
}

/** What a start must bring; in brackets, what it may. */
export function inputsOf({
  inputParameters,
  optionalParameters,
}: Pick<WorkflowSummary, "inputParameters" | "optionalParameters">): string {
  const optional = optionalParameters.filter((name) => !inputParameters.includes(name));
  return [...inputParameters, ...optional.map((name) => `[${name}]`)].join(" ");
}
