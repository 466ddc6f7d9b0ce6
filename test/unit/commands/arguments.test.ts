import { expect, test } from "vitest";
import { normaliseArguments } from "../../../src/commands/arguments.ts";

test.each([
  [
    ["-config", "c.yaml", "server"],
    ["--config", "c.yaml", "server"],
  ],
  [
    ["-config=c.yaml", "-automigrate"],
    ["--config=c.yaml", "--automigrate"],
  ],
  [
    ["worker", "-automigrate", "-config", "c.yaml"],
    ["worker", "--automigrate", "--config", "c.yaml"],
  ],
  [
    ["run", "--wait", "greet"],
    ["run", "--wait=", "greet"],
  ],
  [
    ["run", "greet", "--wait", "5"],
    ["run", "greet", "--wait", "5"],
  ],
  [
    ["run", "greet", "--wait", "1.5m"],
    ["run", "greet", "--wait", "1.5m"],
  ],
  [
    ["run", "greet", "--wait"],
    ["run", "greet", "--wait"],
  ],
  [
    ["run", "greet", "--wait", "--json"],
    ["run", "greet", "--wait=", "--json"],
  ],
  [["-V"], ["version"]],
  [
    ["run", "--", "-config"],
    ["run", "--", "-config"],
  ],
  [["-configure"], ["-configure"]],
])("%j are the arguments %j", (given, normal) => {
  expect(normaliseArguments(given)).toEqual(normal);
});
