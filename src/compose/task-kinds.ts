import { packageInfo } from "../commands/package-info.ts";
import type { Config } from "../config/config.ts";
import type { Log } from "../model/log.ts";
import { createCliKind } from "../tasks/cli/cli-kind.ts";
import { defaultCliSettings } from "../tasks/cli/settings.ts";
import { createHttpKind } from "../tasks/http/http-kind.ts";
import { defaultHttpSettings } from "../tasks/http/settings.ts";
import type { TaskKind } from "../tasks/kind.ts";
import { type TaskKinds, taskKinds } from "../tasks/registry.ts";

export interface ConfiguredKinds {
  readonly kinds: TaskKinds;
  /** For a process that runs tasks: sees what the machine offers, and says where that is not enough. */
  prepare(log: Log): void;
  /** Ends every connection and every command. */
  close(): Promise<void>;
}

/** The task kinds of an installation, and `more` beside them. To check definitions with them costs nothing: nothing is opened or started before a task runs. */
export function configuredKinds(config: Config, more: readonly TaskKind[] = []): ConfiguredKinds {
  const http = createHttpKind(
    {
      ...defaultHttpSettings,
      maxResponseBytes: config.maxResultBytes,
      maxConnectionsPerOrigin: config.httpMaxConnections,
      idempotencyHeader: config.idempotencyHeader,
      userAgent: config.httpUserAgent,
      acceptEncoding: config.httpAcceptEncoding,
      refusePrivate: config.httpRefusePrivate,
      redactHeaders: config.secretNames,
    },
    packageInfo().version,
  );
  const cli = createCliKind({
    ...defaultCliSettings,
    allowedBinaries: config.allowedBinaries,
    maxResultBytes: config.maxResultBytes,
  });
  return {
    kinds: taskKinds([http, cli, ...more]),
    prepare: (log) => cli.prepare(log),
    async close() {
      await Promise.all([http.close(), cli.close()]);
    },
  };
}
