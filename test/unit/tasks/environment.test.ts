import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { attemptRunner } from "../../../src/compose/attempts.ts";
import { defaultConfig } from "../../../src/config/config.ts";
import { compileMender } from "../../../src/definitions/mender/compile.ts";
import { createHttpKind } from "../../../src/tasks/http/http-kind.ts";
import { defaultHttpSettings } from "../../../src/tasks/http/settings.ts";
import { taskKinds } from "../../../src/tasks/registry.ts";
import { startedJob } from "../engine/situation.ts";
import { startService } from "./http/local-service.ts";

const config = { ...defaultConfig, envAllowed: ["SITE_*"] };

/** Runs the only task of a workflow as a worker does, as often as asked. */
function attemptsOf(http: { uri: string; payload: string }) {
  const kind = createHttpKind(defaultHttpSettings, "test");
  onTestFinished(() => kind.close());
  const kinds = taskKinds([kind]);
  const definition = { name: "sample", tasks: [{ name: "call", type: "http", http }] };
  const { workflow } = compileMender(definition, { kinds, envAllowed: () => true });
  const [node] = workflow?.root.kind === "sequence" ? workflow.root.children : [];
  if (workflow === undefined || node?.kind !== "task") throw new Error("nothing was compiled");
  const job = startedJob(workflow);
  const [execution] = job.tasks;
  if (execution === undefined) throw new Error("nothing is due");
  const run = attemptRunner(config, kinds, pino({ level: "silent" }));
  const yes = (): Promise<boolean> => Promise.resolve(true);
  const signal = new AbortController().signal;
  return () => run({ workflow, job, node, execution, signal, enter: yes, began: yes });
}

test("variables are read anew for each attempt: a retry sees what was changed meanwhile", async () => {
  await using service = await startService();
  vi.stubEnv("SITE_ADDR", service.origin.slice(7));
  const attempt = attemptsOf({ uri: "http://${env.SITE_ADDR}/", payload: "in ${env.SITE_COLOUR|no colour}" });
  await attempt();
  vi.stubEnv("SITE_COLOUR", "red");
  await attempt();
  vi.stubEnv("SITE_COLOUR", "");
  await attempt();
  expect(service.requests.map(({ body }) => body)).toEqual(["in no colour", "in red", "in no colour"]);
});

test("variables that are not allowed look as if they were not set", async () => {
  await using service = await startService();
  vi.stubEnv("OTHER_SECRET", "0123456789");
  await attemptsOf({ uri: service.origin, payload: "<${env.OTHER_SECRET}>" })();
  expect(service.requests.map(({ body }) => body)).toEqual(["<>"]);
});

test("the value of a variable with a secret name is sent, and shown nowhere", async () => {
  await using service = await startService();
  vi.stubEnv("SITE_SECRET", "0123 & 456");
  vi.stubEnv("SITE_COLOUR", "green");
  const payload = "key=${encoding=url;env.SITE_SECRET}&colour=${env.SITE_COLOUR}";
  const outcome = await attemptsOf({ uri: `${service.origin}/\${encoding=url;env.SITE_SECRET}`, payload })();
  expect(service.requests).toMatchObject([{ url: "/0123%20%26%20456", body: "key=0123%20%26%20456&colour=green" }]);
  expect(outcome).toMatchObject({
    kind: "succeeded",
    result: { request: { uri: `${service.origin}/***`, body: "key=***&colour=green" } },
  });
});
