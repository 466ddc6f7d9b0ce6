import type { Config } from "../config/config.ts";
import type { Log } from "../model/log.ts";
import { createCliKind } from "../tasks/cli/cli-kind.ts";
import { defaultCliSettings } from "../tasks/cli/settings.ts";
import { createHttpKind } from "../tasks/http/http-kind.ts";
import { defaultHttpSettings } from "../tasks/http/settings.ts";
import type { TaskKind } from "../tasks/kind.ts";
import { createNatsKind } from "../tasks/nats/nats-kind.ts";
import { defaultNatsSettings, type NatsSettings } from "../tasks/nats/settings.ts";
import { type TaskKinds, taskKinds } from "../tasks/registry.ts";
import { defaultSmtpSettings, type Login, type SmtpSettings } from "../tasks/smtp/settings.ts";
import { createSmtpKind } from "../tasks/smtp/smtp-kind.ts";
import { packageInfo } from "./package-info.ts";

export interface ConfiguredKinds {
  readonly kinds: TaskKinds;
  /** For a process that runs tasks: sees what the machine offers, and says where that is not enough. Throws `StartError` where a file that the configuration names cannot be used. */
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
  const nats = createNatsKind(natsSettings(config));
  const smtp = createSmtpKind(smtpSettings(config), config.maxResultBytes);
  return {
    kinds: taskKinds([http, cli, nats, smtp, ...more]),
    prepare(log) {
      cli.prepare(log);
      nats.prepare(log);
      smtp.prepare();
    },
    async close() {
      await Promise.all([http.close(), cli.close(), nats.close(), smtp.close()]);
    },
  };
}

function smtpSettings(config: Config): SmtpSettings {
  const login = mailLogin(config);
  return {
    ...defaultSmtpSettings,
    host: config.smtpHost.host,
    port: config.smtpHost.port,
    encryption: config.smtpTls,
    ...(config.smtpTlsCa !== undefined && { caFile: config.smtpTlsCa }),
    skipVerify: config.smtpTlsSkipverify,
    ...(login !== undefined && { login }),
    insecureLogin: config.smtpInsecureLogin,
    maxConnections: config.smtpMaxConnections,
  };
}

const mechanisms = { plain: "PLAIN", login: "LOGIN", "cram-md5": "CRAM-MD5" } as const;

function mailLogin({ smtpUsername, smtpPassword, smtpAuthMechanism }: Config): Login | undefined {
  if (smtpUsername === undefined || smtpPassword === undefined) return undefined;
  const mechanism = smtpAuthMechanism === undefined ? undefined : mechanisms[smtpAuthMechanism];
  return { username: smtpUsername, password: smtpPassword, ...(mechanism !== undefined && { mechanism }) };
}

function natsSettings({ natsUri, natsCredentialsFile, natsTlsCa, natsStreamName }: Config): NatsSettings {
  return {
    ...defaultNatsSettings,
    ...(natsUri !== undefined && { address: natsUri }),
    ...(natsCredentialsFile !== undefined && { credentialsFile: natsCredentialsFile }),
    ...(natsTlsCa !== undefined && { tlsCaFile: natsTlsCa }),
    ...(natsStreamName !== undefined && { subjectPrefix: natsStreamName }),
  };
}
