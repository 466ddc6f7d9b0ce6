import { expect, test } from "vitest";
import { errorTable } from "../../../src/api/errors.ts";
import { eventually } from "../../support/eventually.ts";
import { kindUnderTest } from "../../support/store/store-place.ts";
import { apiServer } from "./api-server.ts";
import { Chance } from "./hostile/chance.ts";
import { exchange, type Reply } from "./hostile/exchange.ts";
import { type HostileRequest, hostileRequest } from "./hostile/hostile-requests.ts";
import { storeContent } from "./hostile/store-content.ts";
import { send } from "./http-client.ts";

/**
 * Each has a server of its own and sends one request at a time, so that a change in a store has one cause; they mostly wait.
 * What is refused is refused before it comes to a store: for the second one, fewer are enough.
 */
const laneCount = kindUnderTest() === "sqlite" ? 4 : 1;

/** Of other requests at each run, so that many runs try many: `npm run check:api` makes 10,000. */
const requestCount = laneCount * 500;

/** Another one at each run; to repeat one: `WORKFLOWS_TEST_SEED=...`. */
const seed = Number(process.env["WORKFLOWS_TEST_SEED"] ?? Date.now() % 2 ** 32);

test(`${requestCount} hostile requests: each is answered, none with a 5xx, and what is refused changes nothing`, async () => {
  console.log(`seed ${seed}`);
  const lanes = Array.from({ length: laneCount }, (_, at) => runLane(seed + at, requestCount / laneCount));
  const kinds = (await Promise.all(lanes)).flat();
  expect(kinds).toHaveLength(requestCount);
  expect(kinds.filter((kind) => kind === "mutation").length).toBeGreaterThanOrEqual(requestCount * 0.3);
});

async function runLane(laneSeed: number, count: number): Promise<HostileRequest["kind"][]> {
  const chance = new Chance(laneSeed);
  await using server = await apiServer({ settings: { requestTimeoutMs: 100 }, keepAliveMs: 5 });
  await using content = storeContent(server.place);
  const ids: string[] = [];
  const kinds: HostileRequest["kind"][] = [];
  let version = await content.version();
  while (kinds.length < count) {
    const { kind, bytes } = hostileRequest(chance, ids);
    const what = `seed ${seed}, request ${kinds.length} (${kind}): ${bytes.subarray(0, 2_000).toString("latin1")}`;
    kinds.push(kind);
    const replies = await exchange(server.port, bytes);
    expect(replies, what).not.toHaveLength(0);
    for (const reply of replies) check(reply, what);
    ids.push(...replies.flatMap(newJobOf));
    const before = version;
    version = await content.version();
    if (replies.every(({ status }) => status >= 400)) expect(version, what).toBe(before);
  }
  expect(ids.length).toBeGreaterThan(20);
  expect(await content.jobCount()).toBe(new Set(ids).size);
  expect(await Promise.all(ids.map((id) => server.store.jobs.get(id)))).not.toContain(undefined);
  expect(server.logged.filter(({ level }) => level !== "info")).toEqual([]);
  // A request that a busy machine brings in late is 408 here.
  await eventually("it is well", async () => (await send(`${server.url}/api/v1/health`)).status === 204);
  return kinds;
}

/** Every error is one of the table, told as such. */
function check({ status, body }: Reply, what: string): void {
  expect(status, what).toBeLessThan(500);
  if (status < 400 || body === "") return; // an answer to HEAD has none
  const { code, error, details } = JSON.parse(body) as Record<string, unknown>;
  expect(errorTable, what).toHaveProperty(String(code), expect.objectContaining({ status }));
  expect([typeof error, Array.isArray(details)], what).toEqual(["string", true]);
}

function newJobOf({ status, head, body }: Reply): string[] {
  if (status !== 201 || head.includes("\r\nidempotency-replayed: true")) return [];
  const members = [JSON.parse(body)].flat() as readonly { readonly id?: string; readonly replayed?: true }[];
  return members.flatMap(({ id, replayed }) => (id === undefined || replayed ? [] : [id])); // none of a definition
}
