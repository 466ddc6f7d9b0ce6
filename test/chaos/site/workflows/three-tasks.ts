import { chainOf } from "../../checker/steps.ts";
import { incarnationVariable } from "../fleet.ts";
import type { ChaosWorkflow } from "./chaos-workflow.ts";

/** Three calls in a row, each with retries enough that chance never uses them up; the last two send what the call before answered. */
export const threeTasks: ChaosWorkflow = {
  name: "chaos",
  files: {
    "chaos.json": {
      name: "chaos",
      version: 1,
      inputParameters: ["marker"],
      tasks: [
        task("one", '{"marker": "${workflow.input.marker}"}'),
        task("two", '{"before": "${one.json.echo}"}'),
        task("three", '{"before": "${two.json.received}"}'),
      ],
    },
  },
  models: [],
  inputs: {},
  steps: chainOf(["one", "two", "three"]),
};

function task(name: string, payload: string): object {
  return {
    name,
    type: "http",
    retries: 50,
    ...(name === "two" && { retryDelaySeconds: 1 }),
    http: {
      uri: `http://\${env.RECEIVER_ADDR}/\${workflow.input.marker}/${name}`,
      method: "POST",
      payload,
      contentType: "application/json",
      headers: { "X-Incarnation": `\${env.${incarnationVariable}}` },
    },
  };
}
