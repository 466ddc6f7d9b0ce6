import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import type { Deps } from "../jobs/deps.ts";
import type { Log } from "../model/log.ts";
import type { Taken } from "./query.ts";
import type { ApiSettings } from "./settings.ts";
import type { Role } from "./tokens.ts";

/** What the routes work with. */
export interface ApiContext {
  readonly deps: Deps;
  readonly settings: ApiSettings;
  readonly logger: Log;
}

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

declare module "fastify" {
  interface FastifyContextConfig extends Taken {
    /** Role that the route needs where tokens are configured; `open`: none. */
    readonly role?: Role | "open";
  }
  interface FastifyRequest {
    /** Name of the token, or `anonymous`. */
    caller: string;
  }
}
