import { type Static, Type } from "typebox";
import { type JobsNews, jobsNews } from "../../../jobs/watch/jobs-stream.ts";
import { WorkflowsError } from "../../../model/errors.ts";
import type { ApiContext, App } from "../../context.ts";
import { JobSummaryAnswer, jobSummary } from "../../mender/job-presentation.ts";
import { eventStream } from "../../openapi/described.ts";
import { invalidQuery, mistaken } from "../../query.ts";
import { parseJobFilter } from "../find/filter.ts";
import { filterParameters } from "../find/jobs.ts";
import { eventText, sendEvents, sendEventsHead } from "./event-stream.ts";
import { LastEventId, lastEventId, lastEventIdOf } from "./last-event-id.ts";
import { onAbort, type Watchers } from "./watchers.ts";

/** Data of the event `job`. */
export const JobChangedEvent = Type.Object(
  {
    ...JobSummaryAnswer.properties,
    revision: Type.Integer({
      description: "Higher with every change of the job: one that is known already can be dropped",
    }),
  },
  { title: "JobChanged" },
);

const schema = {
  operationId: "watchJobs",
  summary: "Streams each change of the jobs that fit a filter",
  description:
    "Server-sent events named `job`, without an end. The filter is that of the list of jobs, with `input.NAME=VALUE`. Who connects again goes on behind `Last-Event-ID`; a change may come twice then, with the same `revision`.",
  tags: ["Watch"],
  "x-further-query": "^input\\..+$",
  querystring: Type.Object({ ...filterParameters, [lastEventId]: LastEventId }),
  headers: Type.Object({ "Last-Event-ID": LastEventId }),
  "x-event-data": { job: JobChangedEvent },
  response: {
    200: eventStream(
      "From now on, or from behind `Last-Event-ID`",
      'id: 17\nevent: job\ndata: {"id":"0199f3c2a1b40000c0ffee00", ...}\n\n',
    ),
  },
};

/** An event for each change of a job that fits a filter, as server-sent events. */
export function addJobsEventStream(app: App, context: ApiContext, watchers: Watchers): void {
  const { deps, settings, logger } = context;
  const route = { config: { role: "read", errors: ["overloaded"] }, schema } as const;
  app.get<{ Querystring: Record<string, unknown> }>("/api/v1/jobs/events", route, async (request, reply) => {
    const filter = await parseJobFilter(request.query, context, [lastEventId]);
    const after = markOf(lastEventIdOf(request));
    if (request.method === "HEAD") return sendEventsHead(reply);
    const { signal } = watchers.enter(reply);
    const following = await watchers.feed.follow();
    onAbort(signal, () => following.end());
    const ask = { filter, signal, following, silenceMs: settings.heartbeatMs, ...(after !== undefined && { after }) };
    const news = jobsNews(deps, watchers.feed, ask);
    const begin = await news.next().catch(refusedMark);
    return sendEvents(
      reply,
      { events: texts(begin.value, news, () => deps.moment().nowMs), signal, stalledMs: settings.stalledMs },
      logger,
    );
  });
}

const noMark = "is no id of an event of this stream: leave it out to begin now";

/** What marks are is the store's own affair; what can be none is not asked for. */
function markOf(given: string | undefined): string | undefined {
  if (given === undefined || /^[\w.:-]{1,1000}$/.test(given)) return given;
  throw invalidQuery([mistaken(lastEventId, noMark)]);
}

function refusedMark(error: unknown): never {
  if (error instanceof WorkflowsError && error.code === "invalid_request")
    throw invalidQuery([mistaken(lastEventId, noMark)]);
  throw error;
}

/** `now`: the store's clock. */
async function* texts(
  begin: JobsNews | void,
  news: AsyncIterable<JobsNews>,
  now: () => number,
): AsyncGenerator<string> {
  if (begin !== undefined) yield textOf(begin, now());
  for await (const one of news) yield textOf(one, now());
}

function textOf(news: JobsNews, nowMs: number): string {
  switch (news.kind) {
    case "nothing":
      return eventText({ id: news.mark });
    case "job":
      return eventText({
        id: news.mark,
        event: "job",
        data: { ...jobSummary(news.job, nowMs), revision: news.job.version } satisfies Static<typeof JobChangedEvent>,
      });
    default:
      return news satisfies never;
  }
}
