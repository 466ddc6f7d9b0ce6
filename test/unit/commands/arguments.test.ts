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
    ["-automigrate=true", "server", "--automigrate=1"],
    ["--automigrate", "server", "--automigrate"],
  ],
  [["worker", "--automigrate=false"], ["worker"]],
  [
    ["worker", "--automigrate=maybe"],
    ["worker", "--automigrate=maybe"],
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
    ["run", "--wait", "-5", "greet"],
    ["run", "--wait=-5", "greet"],
  ],
  [
    ["run", "greet", "--wait", "--json"],
    ["run", "greet", "--wait=", "--json"],
  ],
  [
    ["list-jobs", "-page", "2", "-perPage=10"],
    ["list-jobs", "--page", "2", "--perPage=10"],
  ],
  [["-V"], ["version"]],
  [
    ["--version", "--json"],
    ["version", "--json"],
  ],
  [
    ["-q", "--version"],
    ["version", "-q"],
  ],
  [
    ["run", "greet", "--version"],
    ["run", "greet", "--version"],
  ],
  [
    ["run", "--", "-config"],
    ["run", "--", "-config"],
  ],
  [["-configure"], ["-configure"]],
])("%j are the arguments %j", (given, normal) => {
  expect(normaliseArguments(given)).toEqual(normal);
});
