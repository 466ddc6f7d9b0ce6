// What programs do with the client, in Node and in a browser's page alike: nothing here may need Node. Each answers plain data.
import type * as Client from "../../../../src/client/workflows.ts";

/** Where the server is, and the module of the client that is tried. */
export interface Scene {
  readonly client: typeof Client;
  readonly url: string;
  readonly token: string;
  /** Makes names and keys of one run differ from those of others. */
  readonly tag: string;
}

type Scenario = (scene: Scene) => Promise<unknown>;

/** The workflows that the server knows; `URL` is its own address. */
export const definitions = {
  hello: {
    name: "hello",
    version: 1,
    inputParameters: ["name"],
    searchable: ["name"],
    tasks: [call("/status?name=${workflow.input.name}")],
  },
  broken: { name: "broken", version: 1, tasks: [call("/nowhere")] },
  brief: { name: "brief", version: 1, ephemeral: true, tasks: [call("/status")] },
} as const;

function call(path: string) {
  return { name: "call", type: "http", retries: 0, http: { uri: `URL${path}`, method: "GET" } } as const;
}

function workflows({ client, url, token }: Scene): Client.Workflows {
  return new client.Workflows({ url, token, retry: { firstDelayMs: 10 } });
}

async function startAndWait(scene: Scene): Promise<unknown> {
  const api = workflows(scene);
  const options = { idempotencyKey: `${scene.tag}-start`, priority: 7 };
  const started = await api.start("hello", { name: "Ada" }, options);
  const again = await api.start("hello", { name: "Ada" }, options);
  const job = await api.wait(started.id, { timeoutMs: 20_000, mustComplete: true });
  const answered = await api.start("hello", { name: "Bob" }, { wait: 20 });
  const [removed, failed] = await Promise.all([
    api.start("brief").then((brief) => api.wait(brief)),
    api.start("broken").then(({ id }) => api.wait(id)),
  ]);
  const later = await api.start("hello", { name: "Eve" }, { after: 3600 });
  return {
    replayed: [started.replayed, again.replayed, again.id === started.id],
    job: [job.state, job.inputParameters, job.results?.[0]?.httpResponse?.statusCode],
    answered: [answered.job?.state, answered.replayed],
    brief: removed.state,
    failed: [failed.state, failed.error?.code],
    failure: await thrown(api.wait(failed.id, { mustComplete: true })),
    timeout: await thrown(api.wait(later.id, { timeoutMs: 100 })),
  };
}

async function watchOne(scene: Scene): Promise<unknown> {
  const api = workflows(scene);
  const { id } = await api.start("broken");
  const told: string[] = [];
  const places: string[] = [];
  for await (const event of api.watch(id)) {
    told.push(event.kind === "end" ? `end ${event.job.state}` : event.entry.type);
    places.push(event.id);
  }
  const rest: string[] = [];
  for await (const event of api.watch(id, { lastEventId: places[0] ?? "" })) rest.push(event.id);
  const none: string[] = [];
  for await (const event of api.watch(id, { lastEventId: places.at(-1) ?? "" })) none.push(event.id);
  return { told, isRest: rest.join() === places.slice(1).join(), none };
}

async function watchMany(scene: Scene): Promise<unknown> {
  const api = workflows(scene);
  const open = Promise.withResolvers<void>();
  const changes = api.watch({ workflow: "broken", status: ["failed"] }, { onOpen: open.resolve });
  const first = changes.next();
  await Promise.race([open.promise, first]);
  await api.start("hello", { name: "somebody else" });
  const { id } = await api.start("broken");
  let change = await first;
  while (!change.done && change.value.job.id !== id) change = await changes.next(); // another run's
  await changes.return();
  return { state: change.done ? undefined : change.value.job.state };
}

async function find(scene: Scene): Promise<unknown> {
  const api = workflows(scene);
  const name = `find ${scene.tag}`;
  const members = await api.startMany("hello", [{ name }, {}, { name }, { name }, { name }, { name }]);
  const ids = members.flatMap((member) => ("id" in member ? [member.id] : []));
  for (const id of ids) await api.wait(id);
  const filter = { workflow: "hello", input: { name }, inserted_from: new Date(0), status: ["done"] } as const;
  const found: string[] = [];
  for await (const job of api.jobs.list(filter, { limit: 2, sort: "insert_time" })) found.push(job.id);
  const { counts } = await api.jobs.count({ workflow: "hello" });
  const history = await api.jobs.history(ids[0] ?? "");
  return {
    refused: members.flatMap((member) => ("code" in member ? [member.code] : [])),
    found: found.toSorted().join() === ids.toSorted().join() && found.length,
    counted: (counts.find(({ state }) => state === "completed")?.jobs ?? 0) >= 5,
    history: history.map(({ type }) => type),
    explained: (await api.jobs.explain(ids[0] ?? "")).state,
  };
}

async function steer(scene: Scene): Promise<unknown> {
  const api = workflows(scene);
  const name = `steer ${scene.tag}`;
  const { id } = await api.start("hello", { name }, { after: 3600 });
  const states = [await api.jobs.pause(id), await api.jobs.resume(id), await api.jobs.cancel(id, { reason: "a test" })];
  const conflict = await thrown(api.jobs.pause(id));
  const filter = { input: { name }, workflow: "hello" };
  const dry = await api.jobs.bulk("restart", { filter, dryRun: true });
  const done: number[] = [];
  for await (const part of api.jobs.bulkAll("retry", { filter, newKey: true })) done.push(part.done);
  await api.wait(id);
  await api.jobs.delete(id, { reason: "a test" });
  return {
    states: states.map(({ state }) => state),
    conflict,
    dry: [dry.done, dry.jobs.join() === id],
    done,
    gone: await thrown(api.jobs.get(id)),
  };
}

async function site(scene: Scene): Promise<unknown> {
  const api = workflows(scene);
  const posted = `posted-${scene.tag}`;
  const added = await api.workflows.put(
    `name: ${posted}\nversion: 3\ntasks: [{name: call, type: http, http: {uri: "http://127.0.0.1:9/", method: GET}}]\n`,
  );
  const http = { uri: `${scene.url}/status`, method: "GET" };
  const newer = { name: posted, version: 4, tasks: [{ name: "call", type: "http", http }] };
  const next = await api.workflows.put(newer);
  const twice = await thrown(api.workflows.put(newer));
  const { versions } = await api.workflows.get(posted);
  const { definition } = await api.workflows.definition(posted, 3);
  const listed = await api.workflows.list();
  const workers = await api.workers.list();
  const queue = await api.queue({ workflow: "hello" });
  return {
    added: [added.version, next.version, twice],
    versions: versions.map(({ version }) => version),
    definition: Object.keys(definition as object),
    isListed: listed.some(({ name, version }) => name === posted && version === 4),
    workers: workers.length,
    queue: queue.external,
  };
}

async function mistakes(scene: Scene): Promise<unknown> {
  const api = workflows(scene);
  const stranger = workflows({ ...scene, token: "wf_nobody" });
  const stop = new AbortController();
  stop.abort(new RangeError("enough"));
  return [
    await thrown(api.start("unknown")),
    await thrown(api.start("hello")),
    await thrown(api.jobs.page({ status: "dne" as "done" })),
    await thrown(api.watch("0123456789abcdef01234567").next()),
    await thrown(stranger.jobs.get("0123456789abcdef01234567")),
    await thrown(api.jobs.get("0123456789abcdef01234567", { signal: stop.signal })),
  ];
}

/** What a call was refused with. */
async function thrown(refused: Promise<unknown>): Promise<unknown> {
  try {
    await refused;
    return "nothing";
  } catch (error) {
    if (!(error instanceof Error)) return String(error);
    return "code" in error && typeof error.code === "string" ? `${error.name} ${error.code}` : error.name;
  }
}

/** Each, and what it answers. */
export const scenarios: Readonly<Record<string, { readonly run: Scenario; readonly answers: unknown }>> = {
  startAndWait: {
    run: startAndWait,
    answers: {
      replayed: [false, true, true],
      job: ["completed", [{ name: "name", value: "Ada" }], 200],
      answered: ["completed", false],
      brief: "completed",
      failed: ["failed", "http_status"],
      failure: "JobFailed",
      timeout: "WaitTimeout",
    },
  },
  watchOne: {
    run: watchOne,
    answers: { told: ["job_started", "task_failed", "job_failed", "end failed"], isRest: true, none: [] },
  },
  watchMany: { run: watchMany, answers: { state: "failed" } },
  find: {
    run: find,
    answers: {
      refused: ["missing_input_parameters"],
      found: 5,
      counted: true,
      history: ["job_started", "task_completed", "job_completed"],
      explained: "completed",
    },
  },
  steer: {
    run: steer,
    answers: {
      states: ["paused", "pending", "terminated"],
      conflict: "WorkflowsApiError not_allowed_in_state",
      dry: [1, true],
      done: [1],
      gone: "WorkflowsApiError job_not_found",
    },
  },
  site: {
    run: site,
    answers: {
      added: [3, 4, "WorkflowsApiError workflow_exists"],
      versions: [4, 3],
      definition: ["name", "version", "tasks"],
      isListed: true,
      workers: 1,
      queue: [],
    },
  },
  mistakes: {
    run: mistakes,
    answers: [
      "WorkflowsApiError workflow_not_found",
      "WorkflowsApiError missing_input_parameters",
      "WorkflowsApiError invalid_request",
      "WorkflowsApiError job_not_found",
      "WorkflowsApiError unauthenticated",
      "RangeError",
    ],
  },
};
