import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import type { CompileOptions } from "../definitions/task-checks.ts";
import type { Deps } from "../jobs/deps.ts";
import type { LastBeats } from "../jobs/site/last-beats.ts";
import type { Log } from "../model/log.ts";
import type { Described } from "./openapi/described.ts";
import type { Taken } from "./query.ts";
import type { ApiSettings } from "./settings.ts";
import type { Role } from "./tokens.ts";

/** What the routes work with. */
export interface ApiContext {
  readonly deps: Deps;
  readonly settings: ApiSettings;
  readonly logger: Log;
  /** When workers were heard of last; absent: nobody looks. */
  readonly beats?: LastBeats;
  /** For definitions that are posted. */
  readonly compileOptions: CompileOptions;
  /** Of this program. */
  readonly version: string;
}

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

declare module "fastify" {
  interface FastifyContextConfig extends Taken, Described {
    /** Role that the route needs where tokens are configured; `open`: none. */
    readonly role?: Role | "open";
  }
  interface FastifyRequest {
    /** Name of the token, or `anonymous`. */
    caller: string;
    /** It carries a valid token, or none are configured: what an open route tells these alone. */
    isKnown: boolean;
  }
}
