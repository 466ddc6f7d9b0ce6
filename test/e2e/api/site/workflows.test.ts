import { expect, test } from "vitest";
import { type ApiServer, apiServer, greet } from "../api-server.ts";
import { post, send } from "../http-client.ts";

function definition(version: number, more: object = {}): object {
  const task = { name: "call", type: "http", http: { uri: "http://service/${workflow.input.name}" } };
  return { name: "posted", version, inputParameters: ["name"], tasks: [task], ...more };
}

async function serverWith(...documents: readonly object[]): Promise<ApiServer> {
  const server = await apiServer();
  for (const document of documents)
    expect((await post(`${server.url}/api/v1/metadata/workflows`, document)).status).toBe(201);
  return server;
}

test("the workflows that can be started are listed by name, with what a start must bring", async () => {
  await using server = await serverWith(
    definition(3),
    definition(7, { description: "says hello", topic: "fast", optionalParameters: ["greeting"] }),
  );
  const { status, json } = await send(`${server.url}/api/v1/workflows`);
  expect(status).toBe(200);
  const digest = expect.any(String);
  expect(json).toEqual({
    workflows: [
      { ...greetShown(), versions: 1 },
      {
        name: "posted",
        version: 7,
        versions: 2,
        digest,
        description: "says hello",
        topic: "fast",
        inputParameters: ["name"],
        optionalParameters: ["greeting"],
      },
    ],
  });
});

function greetShown(): object {
  const { name, version, digest, description, topic, inputParameters, optionalParameters } = greet();
  return { name, version, digest, description, topic, inputParameters, optionalParameters };
}

test("of one workflow all versions are told, and each version's document as it was posted", async () => {
  await using server = await serverWith(definition(2), definition(10), definition(3));
  const { status, json } = await send(`${server.url}/api/v1/workflows/posted`);
  expect(status).toBe(200);
  const { versions, ...newest } = json as { versions: { version: number; digest: string }[]; digest: string };
  expect(newest).toMatchObject({ name: "posted", version: 10, topic: "default", inputParameters: ["name"] });
  expect(versions.map(({ version }) => version)).toEqual([10, 3, 2]);
  expect(new Set(versions.map(({ digest }) => digest)).size).toBe(3);
  expect(versions[0]?.digest).toBe(newest.digest);
  const one = await send(`${server.url}/api/v1/workflows/posted?version=3`);
  expect(one.json).toEqual({ name: "posted", version: 3, digest: versions[1]?.digest, definition: definition(3) });
});

test("what another server stored is told at once", async () => {
  await using server = await apiServer();
  const { digest } = greet();
  const newer = { ...greet(), version: 5, digest: `${digest}5` };
  await server.store.definitions.add({ workflow: newer, source: { version: 5 } }); // behind its back
  const { json } = await send(`${server.url}/api/v1/workflows`);
  expect(json).toMatchObject({ workflows: [{ name: "greet", version: 5, versions: 2 }] });
});

test("what is asked wrongly is answered with what would be right", async () => {
  await using server = await apiServer();
  for (const [path, status, code, error] of wrong) {
    const answer = await send(`${server.url}/api/v1/workflows${path}`);
    expect({ status: answer.status, json: answer.json }).toMatchObject({ status, json: { code, error } });
  }
});

const wrong = [
  ["/gret", 404, "workflow_not_found", 'There is no workflow "gret"; did you mean "greet"?'],
  ["/nothing", 404, "workflow_not_found", 'There is no workflow "nothing"'],
  ["/nothing?version=1", 404, "workflow_not_found", 'There is no workflow "nothing"'],
  ["/greet?version=9", 404, "workflow_not_found", 'Workflow "greet" has no version 9; it has 4'],
  ["/greet?version=0", 400, "invalid_request", "Invalid query: version must be a whole number from 1 on"],
  ["/greet?version=a", 400, "invalid_request", "Invalid query: version must be a whole number from 1 on"],
  ["/greet?version=1&version=2", 400, "invalid_request", "Invalid query: version is given more than once"],
  ["/greet?verson=1", 400, "invalid_request", "Invalid query: verson is not known; did you mean version?"],
  ["?name=a", 400, "invalid_request", "Invalid query: name is not known; this path takes no query parameters"],
] as const;
