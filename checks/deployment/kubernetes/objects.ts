import type { TSchema } from "typebox";
import { shaped, yamlDocuments } from "../shape.ts";
import { ConfigMap, Deployment, PodDisruptionBudget, Service } from "./shape.ts";

/** Everything that `kubectl apply -f deploy/kubernetes` would make, by kind. */
export interface Objects {
  readonly deployments: Deployment[];
  readonly services: Service[];
  readonly budgets: PodDisruptionBudget[];
  readonly configMaps: ConfigMap[];
  readonly problems: string[];
}

export function readObjects(files: Readonly<Record<string, string>>): Objects {
  const found: Objects = { deployments: [], services: [], budgets: [], configMaps: [], problems: [] };
  for (const [file, text] of Object.entries(files)) {
    const { values, problems } = yamlDocuments(file, text);
    found.problems.push(...problems);
    for (const value of values) sort(found, file, value);
  }
  return found;
}

function sort(found: Objects, file: string, value: unknown): void {
  const kind = typeof value === "object" && value !== null && "kind" in value ? String(value.kind) : "nothing";
  const as = <Schema extends TSchema>(schema: Schema) => {
    const { value: fitting, problems } = shaped(schema, value, `${file}: ${kind}`);
    found.problems.push(...problems);
    return fitting === undefined ? [] : [fitting];
  };
  if (kind === "Deployment") found.deployments.push(...as(Deployment));
  else if (kind === "Service") found.services.push(...as(Service));
  else if (kind === "PodDisruptionBudget") found.budgets.push(...as(PodDisruptionBudget));
  else if (kind === "ConfigMap") found.configMaps.push(...as(ConfigMap));
  else found.problems.push(`${file}: ${kind} is no kind that we use`);
}
