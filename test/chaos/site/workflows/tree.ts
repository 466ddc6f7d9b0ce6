import type { JsonValue } from "../../../../src/model/json.ts";
import type { TaskNode } from "../../../../src/model/workflow.ts";
import { createHttpKind } from "../../../../src/tasks/http/http-kind.ts";
import { defaultHttpSettings } from "../../../../src/tasks/http/settings.ts";
import {
  choice,
  fanOut,
  loop,
  parallel,
  sequence,
  setVariable,
  subWorkflow,
  task,
  valueOf,
  wait,
  workflow,
} from "../../../support/sample-workflow.ts";
import { incarnationVariable } from "../fleet.ts";
import type { ChaosWorkflow } from "./chaos-workflow.ts";

const http = createHttpKind(defaultHttpSettings, "chaos");

/** Stands in a part's texts for the turn or item of the call. */
const turn = "@turn";

/** A call with retries enough that chance never uses them up. One whose name ends with "-" is called once a turn, with its number behind the name. */
function call(path: string, name: string): TaskNode {
  const { spec } = http.check(
    {
      uri: `http://\${env.RECEIVER_ADDR}/\${workflow.input.marker}/${name}${name.endsWith("-") ? turn : ""}`,
      method: "POST",
      headers: { "X-Incarnation": `\${env.${incarnationVariable}}` },
    },
    "",
  );
  const retry = { kind: "exponential", retries: 50, delayMs: 200, factor: 2, maxMs: 2000 } as const;
  return task(path, { name, type: "http", spec: withTurns(spec), retry });
}

function withTurns(spec: JsonValue): JsonValue {
  if (Array.isArray(spec))
    return spec.flatMap((part) => (typeof part === "string" ? partsOf(part) : [withTurns(part)]));
  if (typeof spec !== "object" || spec === null) return spec;
  return Object.fromEntries(Object.entries(spec).map(([key, value]) => [key, withTurns(value)]));
}

function partsOf(text: string): JsonValue[] {
  const [before = "", after] = text.split(turn);
  return after === undefined ? [text] : [before, { from: "turn", name: "", encode: ["url"] }, after];
}

const child = workflow(sequence(call("0", "child"), call("1", "child-after")), {
  name: "chaos-child",
  inputParameters: ["marker"],
});

const model = workflow(
  sequence(
    call("0", "one"),
    parallel([
      sequence(call("1/0/0", "left"), wait("1/0/1", { durationMs: 300 }), call("1/0/2", "left-after")),
      fanOut("1/1", "list", sequence(call("1/1/0", "item-"), call("1/1/1", "item-after-"))),
      subWorkflow("1/3", "chaos-child", { input: { marker: valueOf("input", "marker") } }),
      loop("1/2", call("1/2/0", "turn-"), { while: { op: "less", left: valueOf("turn", ""), right: 2 }, maxTurns: 5 }),
    ]),
    setVariable("2", { marker: valueOf("input", "marker") }),
    choice(
      "3",
      [
        [
          { op: "equals", left: valueOf("variable", "marker"), right: valueOf("input", "marker") },
          call("3/0", "chosen"),
        ],
      ],
      call("3/1", "not-chosen"),
    ),
    call("4", "last"),
  ),
  { name: "chaos-tree", inputParameters: ["marker"] },
);

const items = [0, 1, 2];
const turns = [0, 1, 2];
const ofItems = items.flatMap((item) => [`item-${item}`, `item-after-${item}`]);
const ofTurns = turns.map((number) => `turn-${number}`);
const inBranches = ["left", "left-after", "child", "child-after", ...ofItems, ...ofTurns];

/** Branches side by side: a wait, a list, a loop, a child; then a choice, by a variable. */
export const tree: ChaosWorkflow = {
  name: "chaos-tree",
  files: {},
  models: [child, model],
  inputs: { list: items },
  steps: {
    tasks: ["one", ...inBranches, "chosen", "last"],
    order: [
      ...inBranches.map((step) => ["one", step] as const),
      ["left", "left-after"],
      ["child", "child-after"],
      ...items.map((item) => [`item-${item}`, `item-after-${item}`] as const),
      ...turns.slice(1).map((number) => [`turn-${number - 1}`, `turn-${number}`] as const),
      ...inBranches.map((step) => [step, "chosen"] as const),
      ["chosen", "last"],
    ],
  },
};
