// Made from the API's OpenAPI document: `node checks/reference/client-types.ts --write` writes it anew, `npm run check -- client-types` compares.

import type { ExternalTask } from "./answers.ts";

/** Operations by their ids: the query and the body that each takes, and what it answers when all went well. */
export interface ExternalOperations {
  /** Ends a task: it is done */
  readonly completeExternal: {
    readonly body: {
      /** As the poll named it */
      readonly task: string;
      /** What later tasks read; absent: null */
      readonly output?: unknown;
    };
    readonly answer: {
      readonly success: true;
    };
  };
  /** Ends a task: it could not be done */
  readonly failExternal: {
    readonly body: {
      /** As the poll named it */
      readonly task: string;
      readonly message?: string | undefined;
      readonly code?: string | undefined;
      /** false: it is not offered again */
      readonly retryable?: boolean | undefined;
      /** It is not offered again before */
      readonly retryAfterMs?: number | undefined;
    };
    readonly answer: {
      readonly success: true;
    };
  };
  /** Holds a task for longer */
  readonly heartbeatExternal: {
    readonly body: {
      /** As the poll named it */
      readonly task: string;
      /** How long the worker may be silent */
      readonly leaseMs?: number | undefined;
    };
    readonly answer: {
      readonly lease_time: string;
    };
  };
  /** Takes tasks of a queue */
  readonly pollExternal: {
    readonly body: {
      /** How the history names it; default: the token's name */
      readonly worker?: string | undefined;
      /** At most so many tasks */
      readonly limit?: number | undefined;
      /** How long the worker may be silent */
      readonly leaseMs?: number | undefined;
      /** How long the answer may wait for a task where none is there */
      readonly waitMs?: number | undefined;
    };
    readonly answer: {
      readonly tasks: readonly ExternalTask[];
    };
  };
}
