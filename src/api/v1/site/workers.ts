import { type Static, Type } from "typebox";
import { takesOf } from "../../../jobs/site/why-waiting.ts";
import type { WorkerRow } from "../../../store/store.ts";
import type { ApiContext, App } from "../../context.ts";
import { time } from "../../mender/job-presentation.ts";
import { answerWith } from "../../openapi/described.ts";

const Names = Type.Array(Type.String());

const WorkerAnswer = Type.Object(
  {
    id: Type.String(),
    host: Type.String({ description: "Name of its machine" }),
    pid: Type.Integer(),
    start_time: Type.Optional(Type.String({ format: "date-time" })),
    beat_time: Type.Optional(
      Type.String({
        format: "date-time",
        description: "When it was heard of last, as this server saw it, exact to some seconds; absent before that",
      }),
    ),
    beat: Type.Integer({ description: "Number of its last heartbeat" }),
    ended: Type.Boolean({ description: "Its end has begun: its jobs are given to others" }),
    concurrency: Type.Integer({ description: "Attempts that it runs at once" }),
    room: Type.Integer({ description: "How many more jobs it could take, as it told with its last heartbeat" }),
    jobs: Type.Integer({ description: "Jobs that it holds" }),
    takes: Type.Object(
      {
        topics: Type.Optional(Names),
        workflows: Type.Optional(Names),
        excludedWorkflows: Type.Optional(Names),
      },
      { description: "Which jobs it takes: of these topics and workflows; absent: of all" },
    ),
  },
  { title: "Worker" },
);

export const WorkersAnswer = Type.Object({ workers: Type.Array(WorkerAnswer) });

const schema = {
  operationId: "listWorkers",
  summary: "Lists the workers of the site",
  tags: ["Operation"],
  response: { 200: answerWith(WorkersAnswer, { description: "By start, the oldest first" }) },
};

/** The workers of the site, by start. */
export function addWorkers(app: App, { deps, beats }: ApiContext): void {
  app.get("/api/v1/workers", { config: { role: "read" }, schema }, async (): Promise<Static<typeof WorkersAnswer>> => {
    const { workers } = deps.store;
    const [rows, holding] = await Promise.all([workers.list(), workers.holding()]);
    const { nowMs } = deps.moment();
    const heardOf = (row: WorkerRow): number | undefined => {
      const silentMs = beats?.silentForMs(row);
      return silentMs === undefined ? undefined : nowMs - silentMs;
    };
    return {
      workers: rows
        .toSorted((a, b) => a.startedAt - b.startedAt)
        .map((row) => presentWorker(row, holding.get(row.id) ?? 0, heardOf(row))),
    };
  });
}

function presentWorker(row: WorkerRow, jobs: number, heardAt: number | undefined): Static<typeof WorkerAnswer> {
  const { id, host, pid, startedAt, beat, ended, concurrency, room } = row;
  const { topics, workflows, except } = takesOf(row);
  return {
    id,
    host: host.split("/")[0] ?? "",
    pid,
    ...(startedAt > 0 && { start_time: time(startedAt) }),
    ...(heardAt !== undefined && { beat_time: time(Math.round(heardAt)) }),
    beat: Math.abs(beat),
    ended: ended === true,
    concurrency,
    room,
    jobs,
    takes: {
      ...(topics !== undefined && { topics: [...topics] }),
      ...(workflows !== undefined && { workflows: [...workflows] }),
      ...(except !== undefined && { excludedWorkflows: [...except] }),
    },
  };
}
