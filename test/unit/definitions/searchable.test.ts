import { expect, test } from "vitest";
import { definition, load } from "./definition-files.ts";

async function problemsOf(changes: object): Promise<readonly { at: string; message: string; suggestion?: string }[]> {
  return (await load({ "w.json": JSON.stringify(definition(changes)) })).problems;
}

test("a definition names the inputs by which its jobs are found; one that names none is the same as before", async () => {
  const named = await load({ "w.json": JSON.stringify(definition({ searchable: ["device_id"] })) });
  expect(named.problems).toEqual([]);
  expect(named.definitions[0]?.workflow.searchable).toEqual(["device_id"]);
  const none = await load({ "w.json": JSON.stringify(definition({ searchable: [] })) });
  const absent = await load({ "w.json": JSON.stringify(definition()) });
  expect(none.definitions[0]?.workflow).toEqual(absent.definitions[0]?.workflow);
  expect(absent.definitions[0]?.workflow).not.toHaveProperty("searchable");
});

const five = ["a", "b", "c", "d", "e"];

test.each<[what: string, changes: object, at: string, message: RegExp, suggestion?: string]>([
  ["no input", { searchable: ["devise_id"] }, "/searchable/0", /neither in inputParameters/, '"device_id"'],
  ["secret", { secretParameters: ["device_id"], searchable: ["device_id"] }, "/searchable/0", /is in secretParameters/],
  [
    "secret by its name",
    { optionalParameters: ["Api_Token"], searchable: ["Api_Token"] },
    "/searchable/0",
    /secret_names/,
  ],
  ["one of too many", { optionalParameters: five, searchable: five }, "/searchable", /at most 4 inputs .*, not 5/],
  ["there twice", { searchable: ["device_id", "device_id"] }, "/searchable/1", /twice/],
])("what is searchable is not %s", async (_what, changes, at, message, suggestion) => {
  const problems = await problemsOf(changes);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ severity: "error", at, message: expect.stringMatching(message) });
  expect(problems[0]?.suggestion).toBe(suggestion);
});
