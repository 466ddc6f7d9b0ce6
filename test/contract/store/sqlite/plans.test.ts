import { expect, onTestFinished, test } from "vitest";
import type { Database } from "../../../../src/store/sqlite/database/database.ts";
import { openDatabase } from "../../../../src/store/sqlite/database/open-database.ts";
import { performBatch } from "../../../../src/store/sqlite/database/transaction.ts";
import { insertRow } from "../../../../src/store/sqlite/job-columns.ts";
import { prepareStatements } from "../../../../src/store/sqlite/statements/all.ts";
import { completedJob, effect, pendingJob } from "../../../support/jobs.ts";
import { temporaryPath } from "../../../support/store/sqlite-files.ts";

/** Read whole on purpose: as many rows as there are live workers; as there are kinds of counts, a few for each workflow. */
const readWhole = [/FROM workers ORDER BY id$/, /FROM counts WHERE jobs > 0$/];

interface Plan {
  readonly sql: string;
  readonly steps: readonly string[];
}

/** How SQLite means to execute each statement of the store, in a file with 4,000 finished jobs, one that owes something, and 20 living jobs. */
async function plans(): Promise<{ readonly database: Database; readonly all: Plan[] }> {
  const database = await openDatabase(await temporaryPath(), true);
  onTestFinished(() => database.close());
  const statements: string[] = [];
  const performers = prepareStatements({
    prepare(sql) {
      statements.push(sql);
      return database.prepare(sql);
    },
    define: database.define.bind(database),
  });
  const jobs = Array.from({ length: 4000 }, (_, index) => completedJob(`job ${index}`));
  jobs.push(...Array.from({ length: 20 }, (_, index) => pendingJob(`living ${index}`)));
  jobs.push(completedJob("owing", { effects: [effect(1)] }));
  performBatch(database, performers, [{ kind: "insert", ask: jobs.map(insertRow) }]);
  const all = statements
    .filter((sql) => !sql.startsWith("PRAGMA"))
    .map((sql) => {
      const rows = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all<[number, number, number, string]>();
      return { sql, steps: rows.map(([, , , detail]) => detail) };
    });
  return { database, all };
}

function planOf(all: readonly Plan[], pattern: RegExp): string {
  const found = all.filter(({ sql }) => pattern.test(sql));
  if (found.length === 0) throw new Error(`No statement matches ${pattern}`);
  return found.flatMap(({ steps }) => steps).join("\n");
}

test("no statement scans a table or sorts, however many jobs are finished, with and without statistics", async () => {
  const { database, all } = await plans();
  expect(all.length).toBeGreaterThan(25);
  const examined = all.filter(({ sql }) => !readWhole.some((pattern) => pattern.test(sql)));
  const slow = examined.filter(({ steps }) => steps.some((step) => /^SCAN|TEMP B-TREE/.test(step)));
  expect(slow).toEqual([]);
  database.exec("ANALYZE");
  const analyzed = examined.map(({ sql }) => ({
    sql,
    steps: database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all<[number, number, number, string]>()
      .map(([, , , step]) => step),
  }));
  expect(analyzed.filter(({ steps }) => steps.some((step) => /^SCAN|TEMP B-TREE/.test(step)))).toEqual([]);
});

test("claims, expiry and time-outs read indexes that hold living jobs only", async () => {
  const { database, all } = await plans();
  for (const [group, index] of [
    ["<", "jobs_ready"],
    [">=", "jobs_ready_suspects"],
  ] as const) {
    const lines = "^SELECT workflow, priority, ready_at, max_running FROM jobs INDEXED";
    expect(
      planOf(all, new RegExp(`^SELECT seq, lost, ready_at, max_running FROM jobs .* owner IS NULL .* lost ${group} 2`)),
    ).toMatch(new RegExp(`INDEX ${index} \\(workflow=\\? AND priority=\\? AND ready_at>\\? AND ready_at<\\?`));
    expect(planOf(all, new RegExp(`${lines} .* lost ${group} 2.* workflow = `))).toMatch(
      new RegExp(`INDEX ${index} \\(workflow=\\? AND priority>\\?`),
    );
    expect(planOf(all, new RegExp(`${lines} .* lost ${group} 2.* workflow > `))).toMatch(
      new RegExp(`INDEX ${index} \\(workflow>\\?`),
    );
  }
  expect(planOf(all, /^SELECT count\(\*\) FROM jobs WHERE workflow/)).toMatch(/INDEX jobs_capped \(workflow=\?/);
  expect(planOf(all, /^UPDATE jobs SET owner = NULL, lost/)).toMatch(/INDEX jobs_owner/);
  expect(planOf(all, /^SELECT id FROM jobs WHERE deadline_at/)).toMatch(/INDEX jobs_deadline/);
  expect(planOf(all, /^SELECT id FROM jobs WHERE owed_since/)).toMatch(/INDEX jobs_owing/);
  for (const [index, entries] of Object.entries({
    jobs_ready: 20,
    jobs_ready_suspects: 0,
    jobs_capped: 0,
    jobs_owner: 0,
    jobs_deadline: 0,
    jobs_owing: 1,
  })) {
    const where = database.prepare("SELECT sql FROM sqlite_schema WHERE name = ?").get<[string]>(index)?.[0];
    const condition = where?.slice(where.indexOf("WHERE"));
    expect(database.prepare(`SELECT count(*) FROM jobs ${condition}`).get()).toEqual([entries]);
  }
});

test("lists walk an index in the order in which they are shown, from one place to another", async () => {
  const { all } = await plans();
  const walks: readonly (readonly [statement: RegExp, times: number, plan: RegExp])[] = [
    [/ WHERE shown = /, 3, /INDEX jobs_list \(shown=\? AND PLACES\)/],
    [/ WHERE workflow = \? AND shown = /, 3, /INDEX jobs_workflow_list \(workflow=\? AND shown=\? AND PLACES\)/],
    [/ WHERE owner IS NULL AND waiting IS NOT NULL AND waiting/, 3, /INDEX jobs_waiting \(waiting=\? AND PLACES\)/],
    [/ FROM labels .*WHERE label = .* > /, 3, /SEARCH labels USING PRIMARY KEY \(label=\? AND PLACES\)/],
    [/ AND status = \? AND \(jobs.finished_at, /, 3, /INDEX jobs_ended \(status=\? AND PLACES\)/],
    [/ FROM jobs WHERE jobs.id > /, 3, /sqlite_autoindex_jobs_1 \(id>\? AND id<\?\)/],
  ];
  for (const [statement, times, plan] of walks) {
    const found = all.filter(({ sql }) => statement.test(sql));
    expect(found, String(statement)).toHaveLength(times);
    for (const { steps } of found)
      expect(steps[0]?.replace(/\((\w+,id)\)>\(\?,\?\) AND \(\1\)<\(\?,\?\)/, "PLACES")).toMatch(plan);
  }
  expect(planOf(all, /^SELECT changed, seq/)).toMatch(/INDEX jobs_changed \(changed>\?\)/);
});

test("what only found jobs have costs others no entry in an index", async () => {
  const { database } = await plans();
  const entries = (from: string): unknown => database.prepare(`SELECT count(*) FROM ${from}`).get()?.[0];
  expect(entries("jobs WHERE owner IS NULL AND waiting IS NOT NULL")).toBe(0);
  expect(entries("labels")).toBe(0);
});
