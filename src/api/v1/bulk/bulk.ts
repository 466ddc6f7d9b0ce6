import type { FastifyReply, FastifyRequest } from "fastify";
import { type Static, Type } from "typebox";
import { type BulkAnswer, inBulk } from "../../../jobs/bulk/bulk.ts";
import { withoutWriting } from "../../../jobs/bulk/without-writing.ts";
import type { WorkflowsError } from "../../../model/errors.ts";
import type { JobId } from "../../../model/ids.ts";
import { fewAtOnce } from "../../access/few-at-once.ts";
import type { ApiContext, App } from "../../context.ts";
import { answerWith } from "../../openapi/described.ts";
import { askSchema } from "../action-body.ts";
import { type BulkAction, bulkActions } from "./actions.ts";
import { BulkMembers, bulkMembers, parseBulkBody } from "./bulk-body.ts";
import { type WalkIdentity, writePlace } from "./place.ts";

/** Each fills the store's time with as much as it may; more would only take turns. */
const mostAtOnce = 2;

/** Refused jobs that one answer names. */
const mostNamed = 100;

export const BulkJobsAnswer = Type.Object(
  {
    action: Type.String(),
    dryRun: Type.Boolean(),
    done: Type.Integer({ description: "With so many jobs it was done, or, of a dry run, would be" }),
    jobs: Type.Array(Type.String(), { description: "The ids of these jobs" }),
    refused: Type.Integer({ description: "So many jobs did not allow it, or would not" }),
    refusals: Type.Array(Type.Object({ id: Type.String(), code: Type.String(), error: Type.String() }), {
      description: `Why not, of the first ${mostNamed} of them`,
    }),
    remain: Type.Integer({ description: "Jobs that further calls have still to meet" }),
    remainIsExact: Type.Boolean({ description: "false: about so many, or at least so many" }),
    next: Type.Union([Type.String(), Type.Null()], {
      description: "The `cursor` of the next call; null after the last",
    }),
    stopped: Type.Optional(
      Type.Object(
        { code: Type.String(), error: Type.String() },
        { description: "Why the store took no more than this; the next call goes on" },
      ),
    ),
  },
  { title: "BulkResult" },
);

const resultAnswer = answerWith(BulkJobsAnswer, {
  description: "What was done, and what remains",
  example: {
    action: "retry",
    dryRun: false,
    done: 1,
    jobs: ["0199f3c2a1b40000c0ffee00"],
    refused: 0,
    refusals: [],
    remain: 0,
    remainIsExact: true,
    next: null,
  },
});

function schemaOf(name: string, { members, required = [] }: BulkAction) {
  return {
    operationId: `${name}Jobs`,
    summary: `Does the same as \`${name}\` with each of many jobs`,
    description:
      "With those that a filter picks, up to 1,000 a call, each by itself: one that does not allow it keeps no other from it. `next` of an answer goes into `cursor` of the next call.",
    tags: ["Actions"],
    body: askSchema(members, required, {
      more: BulkMembers,
      example: { filter: { status: ["failed"], workflow: "greet" }, reason: "the service is back" },
    }),
    response: { 200: resultAnswer },
  };
}

/** What people do with many jobs at once: those that a filter picks, up to 1,000 a call. */
export function addBulk(app: App, context: ApiContext): void {
  const places = fewAtOnce(mostAtOnce, "bulk calls");
  for (const [name, action] of Object.entries(bulkActions)) {
    const body = ["reason", ...action.members, ...bulkMembers];
    const config = { role: "admin", body } as const;
    const options = { config, schema: schemaOf(name, action), onRequest: places.onRequest };
    app.post(`/api/v1/jobs/bulk/${name}`, options, (request, reply) =>
      places.during(request, actInBulk(request, reply, name, action, context)),
    );
  }
}

async function actInBulk(
  request: FastifyRequest,
  reply: FastifyReply,
  name: string,
  action: BulkAction,
  context: ApiContext,
): Promise<Static<typeof BulkJobsAnswer>> {
  const { deps, settings, logger } = context;
  const { caller: by } = request;
  const signal = goneSignal(reply);
  const { filter, limit, from, walk, dryRun, asked } = await parseBulkBody(request.body, name, action, context);
  const actingOn = dryRun ? withoutWriting(deps) : deps;
  const act = (id: JobId) => action.act(actingOn, id, { by, ...asked }, settings);
  const answer = await inBulk(deps, { filter, limit, signal, act, ...(from !== undefined && { from }) });
  const { stopped } = answer;
  if (stopped?.code === "internal") logger.error({ err: stopped, action: name }, "A bulk call failed");
  if (!dryRun) {
    const { reason } = asked;
    const told = { action: name, by, reason, filter, done: answer.done.length, refused: answer.refused.length };
    const gone = name === "delete" ? { jobs: answer.done } : {}; // no history is left to tell it
    logger.info({ ...told, ...gone }, "jobs changed in bulk");
  }
  return present(dryRun, answer, walk);
}

/** Aborted when the client has gone away before it was answered. */
function goneSignal({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  if (raw.destroyed) gone.abort();
  raw.once("close", () => gone.abort());
  return gone.signal;
}

function present(dryRun: boolean, answer: BulkAnswer, walk: WalkIdentity): Static<typeof BulkJobsAnswer> {
  const { done, refused, remain, remainIsExact, next, stopped } = answer;
  return {
    action: walk.action,
    dryRun,
    done: done.length,
    jobs: [...done],
    refused: refused.length,
    refusals: refused.slice(0, mostNamed).map(({ id, error }) => ({ id, ...worded(error) })),
    remain,
    remainIsExact,
    next: next === undefined ? null : writePlace(next, walk),
    ...(stopped !== undefined && { stopped: worded(stopped) }),
  };
}

function worded({ code, message }: WorkflowsError): { readonly code: string; readonly error: string } {
  return { code, error: message };
}
