import { expect, test } from "vitest";
import type { JsonObject } from "../../../src/model/json.ts";
import { secretsOf } from "../../../src/model/told/secrets.ts";
import { pendingJob, workflowOf } from "../../support/jobs.ts";

const workflow = { ...workflowOf("pay"), secretParameters: ["pin", "card"] };

function secretsIn(input: JsonObject): string[] {
  return secretsOf(pendingJob("a", { input }).job, workflow, (name) => name === "password");
}

test("inputs that the definition names, and those whose names look secret, are secrets; others are not", () => {
  expect(secretsIn({ pin: "0042", password: "hunter2", user: "ada" })).toEqual(["0042", "hunter2"]);
});

test("a secret number is one as templates write it", () => {
  expect(secretsIn({ pin: 48213377, password: -1.5e30 })).toEqual(["48213377", "-1.5e+30"]);
});

test("of a secret object or array every text and number in it is one, and nothing that would blot out half of a text", () => {
  const card = { number: 4111111111111111, holder: "ada", flags: [true, null, ""], codes: ["a1b2", { last: 4711 }] };
  expect(secretsIn({ card })).toEqual(["4111111111111111", "ada", "a1b2", "4711"]);
});

test("a secret inside of an input is one too, as where a job has the inputs of another that failed", () => {
  const input = { user: "ada", password: "hunter2", list: [{ pin: "0042" }] };
  expect(secretsIn({ job: "a", input })).toEqual(["hunter2", "0042"]);
});
