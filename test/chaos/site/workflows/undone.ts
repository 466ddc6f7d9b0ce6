import { chainOf } from "../../checker/steps.ts";
import { incarnationVariable } from "../fleet.ts";
import type { ChaosWorkflow } from "./chaos-workflow.ts";

/** Three calls that are undone, the last first, because the one after them is refused for good. */
export const undone: ChaosWorkflow = {
  name: "chaos-undone",
  files: {
    "chaos-undone.json": {
      name: "chaos-undone",
      version: 1,
      inputParameters: ["marker"],
      tasks: [...["one", "two", "three"].map(undoable), { name: "refused", ...call("refused?status=409"), retries: 0 }],
    },
  },
  models: [],
  inputs: {},
  steps: { ...chainOf(["one", "two", "three", "undo three", "undo two", "undo one"]), end: "failed" },
};

function undoable(name: string): object {
  return { name, ...call(name), undo: call(`undo%20${name}`) };
}

function call(step: string): object {
  const uri = `http://\${env.RECEIVER_ADDR}/\${workflow.input.marker}/${step}`;
  const headers = { "X-Incarnation": `\${env.${incarnationVariable}}` };
  return { type: "http", retries: 50, retryDelaySeconds: 0.2, http: { uri, method: "POST", headers } };
}
