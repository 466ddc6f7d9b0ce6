import { afterAll, beforeAll, expect, test } from "vitest";
import { completedJob, jobIdOf, testTime } from "../../support/jobs.ts";
import { openStoreAt, storeIsMissing } from "../../support/store/store-place.ts";
import { command, type Ended } from "./command.ts";
import { service } from "./service.ts";
import { commandSite, type Site } from "./site.ts";

const rows = 10_050;
const parts = new AsyncDisposableStack();
let site: Site;

/** The job that stands at a place of the list, from 0 on. */
function nameAt(place: number): string {
  return `job ${rows - 1 - place}`;
}

beforeAll(async () => {
  if (storeIsMissing()) return;
  site = parts.use(await commandSite());
  const store = await openStoreAt(site.place);
  const jobs = Array.from({ length: rows }, (_, index) =>
    completedJob(`job ${index}`, { createdAt: testTime + index }),
  );
  for (let start = 0; start < rows; start += 1000) await store.jobs.insert(jobs.slice(start, start + 1000));
  await store.close();
});

afterAll(() => parts.disposeAsync());

function list(...args: readonly string[]): Promise<Ended> {
  return command(["list-jobs", ...args], { cwd: site.path, env: site.env });
}

async function idsOf(...args: readonly string[]): Promise<string[]> {
  const { stdout } = await list(...args, "--json");
  return (JSON.parse(stdout) as { jobs: { id: string }[] }).jobs.map(({ id }) => id);
}

test("list-jobs shows the newest 75 jobs as the original does: time, id, status, workflow", async () => {
  const { code, stdout, stderr } = await list();
  expect(code).toBe(0);
  const [header, first, ...others] = stdout.trimEnd().split("\n");
  expect(header).toMatch(/^INSERT TIME +ID +STATUS +WORKFLOW$/);
  const time = new Date(testTime + rows - 1).toISOString();
  expect(first).toMatch(new RegExp(`^${RegExp.escape(time)} +${jobIdOf(nameAt(0))} +done +greet$`));
  expect(others).toHaveLength(74);
  expect(stderr).toBe("There may be more: add --page 2\n");
});

test.each([
  [1, 10],
  [3, 7],
  [2, 250],
  [100, 100],
  [1, 10_000],
])("page %i of %i jobs each holds those that come there", async (page, perPage) => {
  const expected = Array.from({ length: perPage }, (_, index) => jobIdOf(nameAt((page - 1) * perPage + index)));
  expect(await idsOf("-page", String(page), "-perPage", String(perPage))).toEqual(expected);
});

test("it works beside processes that use the store", async () => {
  await using shared = await commandSite();
  using running = await service(["standalone"], shared);
  const { code, stderr } = await command(["list-jobs"], { cwd: shared.path, env: shared.env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "No jobs.\n" });
  expect((await fetch(`${running.url}/api/v1/health`)).status).toBe(204);
});

test("a page after the last job is empty, and one deeper than lists go is a mistake", async () => {
  await using empty = await commandSite();
  await (await openStoreAt(empty.place)).close();
  const beyond = await command(["list-jobs", "--page", "2"], { cwd: empty.path, env: empty.env });
  expect(beyond).toEqual({ code: 0, stdout: "", stderr: "No jobs on page 2.\n" });
  const deepest = await list("--page", "100", "--perPage", "100");
  expect(deepest.stderr).toContain('lists end here, "workflows jobs list" pages on');
  const tooDeep = await list("--page", "101", "--perPage", "100");
  expect(tooDeep).toMatchObject({ code: 2, stderr: expect.stringContaining("lists end at job 10000") });
});
