import { expect, test } from "vitest";
import { type Answering, answering, breaking, json, refusal } from "../../unit/client/answering.ts";
import { command, type Ended } from "../commands/command.ts";

/** What a server answers to a call. */
function step(done: number, next: string | null) {
  const rest = { remain: next === null ? 0 : 1500, remainIsExact: true, next };
  return json(200, { action: "restart", dryRun: false, done, jobs: [], refused: 0, refusals: [], ...rest });
}

function restart({ url }: Answering, ...more: string[]): Promise<Ended> {
  return command(["jobs", "restart", "--status", "done", "--yes", "--server", url, ...more]);
}

function cursorsOf({ asked }: Answering): unknown[] {
  return asked.map(({ body }) => (JSON.parse(body) as { cursor?: string }).cursor);
}

test("a call that a server had no room for is made again, and one whose answer was lost is not", async () => {
  const trying = step(1, "dry");
  const overloaded = refusal(503, "overloaded");
  await using server = await answering(trying, step(1000, "c1"), overloaded, step(1000, "c2"), breaking, step(9, null));
  const ended = await restart(server);
  expect(ended).toMatchObject({ code: 1, stdout: "2000 jobs restarted\n" });
  expect(ended.stderr).toMatch(/may have been done in part.*\n.*the same command with --cursor c2\n.*cannot reach/);
  expect(cursorsOf(server)).toEqual([undefined, undefined, "c1", "c1", "c2"]);

  for (const unsure of [breaking, refusal(500, "internal"), json(502, "<html>")]) {
    await using doubtful = await answering(trying, unsure, step(9, null));
    const { code, stdout } = await restart(doubtful, "--json");
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 1, done: 0, next: "", inDoubt: true });
    expect(doubtful.asked).toHaveLength(2);
  }
});

test("a walk that was broken off goes on among the same jobs, although an hour ago is another time then", async () => {
  await using server = await answering(step(1, "dry"), step(1000, "c1"), refusal(500, "internal"));
  const broken = await restart(server, "--until", "1h", "--since", "2020-01-01T00:00:00Z");
  const asked = server.asked.map(({ body }) => (JSON.parse(body) as { filter: { inserted_to: string } }).filter);
  const until = asked[0]?.inserted_to;
  expect(broken.stderr).toContain(`To go on: the same command with --until ${until} --cursor c1\n`);
  await restart(server, "--until", "1h", "--since", "2020-01-01T00:00:00Z", "--until", String(until), "--cursor", "c1");
  expect(server.asked).toHaveLength(4);
  for (const { body } of server.asked) expect(JSON.parse(body)).toMatchObject({ filter: { inserted_to: until } });
});
