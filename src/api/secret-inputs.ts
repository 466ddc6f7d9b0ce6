import type { Workflow } from "../model/workflow.ts";

/** Tells which inputs of a workflow people must not see: those that its definition names, and those that fit a pattern. */
export function secretInputs(patterns: readonly string[]): (workflow: Workflow) => (input: string) => boolean {
  const shapes = patterns.map(shapeOf);
  return ({ secretParameters }) =>
    (input) =>
      secretParameters.includes(input) || shapes.some((shape) => shape.test(input));
}

/** `*` stands for any characters; the case of letters is ignored. */
function shapeOf(pattern: string): RegExp {
  return new RegExp(
    `^${pattern
      .split("*")
      .map((text) => RegExp.escape(text))
      .join(".*")}$`,
    "is",
  );
}
