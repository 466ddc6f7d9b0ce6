import type { JsonObject } from "../../../../src/model/json.ts";
import type { Workflow } from "../../../../src/model/workflow.ts";
import type { Steps } from "../../checker/steps.ts";

/** What the jobs of a chaos run do. Each call names the job's marker and its step in the path. */
export interface ChaosWorkflow {
  readonly name: string;
  /** Definitions by the names of their files. */
  readonly files: Readonly<Record<string, object>>;
  /** What no dialect says yet: put into the store as it is. */
  readonly models: readonly Workflow[];
  /** Inputs of each start beside `marker`. */
  readonly inputs: JsonObject;
  readonly steps: Steps;
}
