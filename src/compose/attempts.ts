import type { Logger } from "pino";
import type { Config } from "../config/config.ts";
import { outwardIdempotencyKey } from "../model/ids.ts";
import type { Log } from "../model/log.ts";
import { nameMatcher } from "../model/redaction.ts";
import { secretsOf } from "../model/told/secrets.ts";
import type { TaskKinds } from "../tasks/registry.ts";
import { runAttempt } from "../tasks/run-attempt.ts";
import { scopeOf } from "../tasks/scope.ts";
import { envAllowList } from "../template/env-allow-list.ts";
import type { AttemptRunner } from "../worker/attempt-runner.ts";
import { secretsOfProcess } from "./secrets.ts";

/** Joins the kinds of tasks with what the worker knows of a job. */
export function attemptRunner(config: Config, kinds: TaskKinds, logger: Logger): AttemptRunner {
  const envAllowed = envAllowList(config.envAllowed);
  const looksSecret = nameMatcher(config.secretNames);
  const { values } = secretsOfProcess(config);
  return async ({ workflow, job, node, execution, signal, enter, began }) => {
    const kind = kinds.get(node.type);
    if (kind === undefined) {
      const error = { code: "unknown_task_type", message: `This worker has no task kind "${node.type}"` };
      return { kind: "failed", error, retryable: false };
    }
    const about = { job: job.id, workflow: workflow.name, task: node.name, attempt: execution.attempt };
    const context = {
      signal,
      idempotencyKey: outwardIdempotencyKey(job.id, job.run, execution),
      secrets: [...secretsOf(job, workflow, looksSecret), ...values],
      log: logAbout(logger, about),
      began,
    };
    const onBug = (error: unknown): void => logger.error({ ...about, err: error }, "unexpected error in an attempt");
    const scope = scopeOf(workflow, job, execution, envAllowed, process.env);
    return runAttempt(kind, node, scope, context, onBug, enter);
  };
}

/** A child logger would be made for every attempt; most write nothing. */
function logAbout(logger: Logger, about: object): Log {
  return {
    info: (fields, message) => logger.info({ ...about, ...fields }, message),
    warn: (fields, message) => logger.warn({ ...about, ...fields }, message),
    error: (fields, message) => logger.error({ ...about, ...fields }, message),
  };
}
