import type { FastifyReply, FastifyRequest } from "fastify";
import { Overloaded } from "../../model/errors.ts";

type Raw = Pick<FastifyRequest, "raw">;

/**
 * Lets so many requests of a kind be under way in one server. Each is so until its response is closed, and what was to be done `during` it is settled:
 * neither need come first. `what` names them, as "batches".
 */
export function fewAtOnce(mostAtOnce: number, what: string) {
  const underWay = new Map<FastifyRequest["raw"], number>();
  const enter = ({ raw }: Raw): void => void underWay.set(raw, (underWay.get(raw) ?? 0) + 1);
  const leave = ({ raw }: Raw): void => {
    const left = (underWay.get(raw) ?? 0) - 1;
    if (left > 0) underWay.set(raw, left);
    else underWay.delete(raw);
  };
  return {
    /** Refuses what comes on top, before its body is read. */
    onRequest: (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
      if (underWay.size >= mostAtOnce) return done(new Overloaded(`${mostAtOnce} ${what} are under way already`, 1000));
      enter(request);
      reply.raw.once("close", () => leave(request));
      done();
    },
    during: async <Answer>(request: Raw, work: Promise<Answer>): Promise<Answer> => {
      enter(request);
      try {
        return await work;
      } finally {
        leave(request);
      }
    },
  };
}
