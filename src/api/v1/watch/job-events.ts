import { type Static, Type } from "typebox";
import { getJob, jobNotFound } from "../../../jobs/find.ts";
import { type JobNews, openJobStream } from "../../../jobs/watch/job-stream.ts";
import { readPlace, writePlace } from "../../../jobs/watch/place.ts";
import { isJobId } from "../../../model/ids.ts";
import { isFinal } from "../../../model/job/job.ts";
import type { ApiContext, App } from "../../context.ts";
import { JobSummaryAnswer, jobSummary } from "../../mender/job-presentation.ts";
import { answerWith, eventStream, JobId } from "../../openapi/described.ts";
import { invalidQuery, mistaken, notKnown } from "../../query.ts";
import { HistoryEntryAnswer, presentEntry } from "../history.ts";
import { eventText, heartbeat, sendEvents, sendEventsHead } from "./event-stream.ts";
import { LastEventId, lastEventId, lastEventIdOf } from "./last-event-id.ts";
import { onAbort, type Watchers } from "./watchers.ts";

/** Data of the event `end`. */
export const JobEndEvent = Type.Object(
  {
    ...JobSummaryAnswer.properties,
    removed: Type.Optional(Type.Literal(true, { description: "The job is not there any more" })),
  },
  { title: "JobEnd" },
);

const schema = {
  operationId: "watchJob",
  summary: "Streams the history of a job, while it grows",
  description:
    "Server-sent events: one for each entry of its history, named by the type of the entry, and a last one, `end`. Who connects again goes on behind `Last-Event-ID`.",
  tags: ["Watch"],
  params: Type.Object({ id: JobId }),
  querystring: Type.Object({ [lastEventId]: LastEventId }),
  headers: Type.Object({ "Last-Event-ID": LastEventId }),
  "x-event-data": { end: JobEndEvent, "*": HistoryEntryAnswer },
  response: {
    200: eventStream(
      "Ends with the job",
      'id: 0.0\nevent: job_started\ndata: {"time":"2026-03-01T10:00:00.000Z", ...}\n\n',
    ),
    204: answerWith(Type.Unsafe<undefined>(Type.Null()), {
      description: "There is nothing behind `Last-Event-ID`: the job has ended, and so has the stream",
    }),
  },
};

const config = { role: "read", errors: ["job_not_found", "job_too_new", "overloaded"] } as const;

type Watch = { Params: { readonly id: string }; Querystring: Record<string, unknown> };

/** The history of a job as server-sent events, while it grows; the last one, `end`, tells how the job ended. */
export function addJobEventStream(app: App, { deps, settings, logger }: ApiContext, watchers: Watchers): void {
  const silenceMs = settings.heartbeatMs;
  app.get<Watch>("/api/v1/jobs/:id/events", { config, schema }, async (request, reply) => {
    const { id } = request.params;
    refuseOthers(request.query);
    const given = lastEventIdOf(request);
    const after = given === undefined ? undefined : readPlace(given);
    if (given !== undefined && after === undefined)
      throw invalidQuery([
        mistaken(lastEventId, "is no id of an event of a job, as 3.0: leave it out to begin with the first"),
      ]);
    if (!isJobId(id)) throw jobNotFound(id);
    if (request.method === "HEAD") {
      await getJob(deps, id);
      return sendEventsHead(reply);
    }
    const { signal } = watchers.enter(reply);
    const watching = watchers.jobs.watch(id);
    onAbort(signal, () => watching.end());
    const ask = { id, watching, signal, silenceMs, ...(after !== undefined && { after }) };
    const news = await openJobStream(deps, ask);
    if (news === undefined) return reply.code(204).send(); // an EventSource connects no more
    return sendEvents(
      reply,
      { events: texts(news, () => deps.moment().nowMs), signal, stalledMs: settings.stalledMs },
      logger,
    );
  });
}

function refuseOthers(query: Readonly<Record<string, unknown>>): void {
  const unknown = Object.keys(query).filter((name) => name !== lastEventId);
  if (unknown.length > 0)
    throw invalidQuery(unknown.slice(0, 20).map((name) => mistaken(name, notKnown(name, [lastEventId]))));
}

/** `now`: the store's clock. */
async function* texts(news: AsyncIterable<JobNews>, now: () => number): AsyncGenerator<string> {
  for await (const one of news) yield textOf(one, now());
}

function textOf(news: JobNews, nowMs: number): string {
  switch (news.kind) {
    case "nothing":
      return heartbeat;
    case "entry":
      return eventText({ id: writePlace(news.place), event: news.entry.type, data: presentEntry(news.entry) });
    case "end":
      return eventText({ id: writePlace(news.place), event: "end", data: presentEnd(news, nowMs) });
    default:
      return news satisfies never;
  }
}

/** An ephemeral job that is gone before its end was seen has completed: those that end otherwise are kept. */
function presentEnd(
  { job, isGone }: Extract<JobNews, { readonly kind: "end" }>,
  nowMs: number,
): Static<typeof JobEndEvent> {
  if (isGone === undefined) return jobSummary(job, nowMs);
  const { waiting: _, readyAt: _due, lease: _lease, ...known } = job;
  const ended = job.ephemeral !== undefined && !isFinal(job.status) ? { ...known, status: "completed" as const } : job;
  return { ...jobSummary(ended, nowMs), removed: true };
}
