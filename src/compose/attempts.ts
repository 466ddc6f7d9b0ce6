import type { Logger } from "pino";
import { packageInfo } from "../commands/package-info.ts";
import type { Config } from "../config/config.ts";
import { secretsOf } from "../jobs/secrets.ts";
import { outwardIdempotencyKey } from "../model/ids.ts";
import { nameMatcher } from "../model/redaction.ts";
import { createHttpKind, type HttpKind } from "../tasks/http/http-kind.ts";
import { defaultHttpSettings } from "../tasks/http/settings.ts";
import type { TaskKinds } from "../tasks/registry.ts";
import { runAttempt } from "../tasks/run-attempt.ts";
import { scopeOf } from "../tasks/scope.ts";
import { envAllowList } from "../template/env-allow-list.ts";
import type { AttemptRunner } from "../worker/attempt-runner.ts";

/** The `http` kind as configured. */
export function httpKind(config: Config): HttpKind {
  return createHttpKind(
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
}

/** Joins the kinds of tasks with what the worker knows of a job. */
export function attemptRunner(config: Config, kinds: TaskKinds, logger: Logger): AttemptRunner {
  const envAllowed = envAllowList(config.envAllowed);
  const looksSecret = nameMatcher(config.secretNames);
  return async ({ workflow, job, node, execution, signal, enter }) => {
    const kind = kinds.get(node.type);
    if (kind === undefined) {
      const error = { code: "unknown_task_type", message: `This worker has no task kind "${node.type}"` };
      return { kind: "failed", error, retryable: false };
    }
    const context = {
      signal,
      idempotencyKey: outwardIdempotencyKey(job.id, job.run, execution),
      secrets: secretsOf(job, workflow, looksSecret),
    };
    const about = { job: job.id, workflow: workflow.name, task: node.name, attempt: execution.attempt };
    const onBug = (error: unknown): void => logger.error({ ...about, err: error }, "unexpected error in an attempt");
    const scope = scopeOf(workflow, job, execution, envAllowed, process.env);
    return runAttempt(kind, node, scope, context, onBug, enter);
  };
}
