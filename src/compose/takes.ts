import type { Logger } from "pino";
import type { Config } from "../config/config.ts";
import { anyTopic } from "../config/settings/worker.ts";
import type { Catalog } from "../jobs/catalog.ts";
import { closest } from "../model/closest.ts";
import { defaultTopic, type Takes } from "../model/takes.ts";

/** Which jobs the worker of a process takes. Where a process has all roles, nobody else may be there for the other topics. */
export function takesOf(
  { topics, workflows, excludedWorkflows }: Pick<Config, "topics" | "workflows" | "excludedWorkflows">,
  hasAllRoles: boolean,
): Takes {
  const taken = topics ?? [hasAllRoles ? anyTopic : defaultTopic];
  return {
    ...(!taken.includes(anyTopic) && { topics: taken }),
    ...(workflows.length > 0 && { workflows }),
    ...(excludedWorkflows.length > 0 && { except: excludedWorkflows }),
  };
}

/** A misspelt name keeps a worker idle, or busy with what it should leave; it may also be one of a definition that is still to come. */
export function warnOfUnknown(
  { workflows, excludedWorkflows }: Pick<Config, "workflows" | "excludedWorkflows">,
  catalog: Pick<Catalog, "all">,
  logger: Logger,
): void {
  const known = catalog.all().map(({ name }) => name);
  for (const [setting, names] of Object.entries({ workflows, excluded_workflows: excludedWorkflows }))
    for (const workflow of names.filter((name) => !known.includes(name)))
      logger.warn(
        { setting, workflow, didYouMean: closest(workflow, known) },
        "no definition of this name is known, so the setting has no effect until there is one",
      );
}
