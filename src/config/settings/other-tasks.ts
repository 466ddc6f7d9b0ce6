import { optional } from "../setting.ts";
import { text } from "../values/scalars.ts";

const section = "Other tasks";

export const otherTaskSettings = {
  smtpHost: optional({
    key: "smtp_host",
    section,
    type: text(),
    without: "the smtp task",
    doc: "Mail server of `smtp` tasks, as `HOST:PORT`.",
  }),
  smtpAuthMechanism: optional({
    key: "smtp_auth_mechanism",
    section,
    type: text(),
    without: "the smtp task",
    doc: "How to log in there.",
  }),
  smtpUsername: optional({
    key: "smtp_username",
    section,
    type: text(),
    without: "the smtp task",
    doc: "User of the mail server.",
  }),
  smtpPassword: optional({
    key: "smtp_password",
    section,
    type: text(),
    secret: "whole",
    without: "the smtp task",
    doc: "Password of that user.",
  }),
  natsUri: optional({
    key: "nats_uri",
    section,
    type: text(),
    secret: "inside",
    without: "the nats task",
    doc: "NATS server of `nats` tasks.",
  }),
} as const;
