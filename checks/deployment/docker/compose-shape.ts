import { type Static, Type } from "typebox";
import { only, optional, texts } from "../shape.ts";

const words = Type.Array(Type.String(), { minItems: 1 });
const restart = optional(
  Type.Union([Type.Literal("unless-stopped"), Type.Literal("on-failure"), Type.Literal("always")]),
);
const duration = Type.String({ pattern: "^(\\d+(ms|s|m|h))+$" });

const Healthcheck = only({
  test: optional(words),
  disable: optional(Type.Literal(true)),
  interval: optional(duration),
  timeout: optional(duration),
  start_period: optional(duration),
  retries: optional(Type.Integer({ minimum: 1 })),
});

const Service = only({
  build: optional(Type.String()),
  image: Type.String(),
  init: optional(Type.Boolean()),
  read_only: optional(Type.Boolean()),
  tmpfs: optional(words),
  cap_drop: optional(words),
  security_opt: optional(words),
  restart,
  stop_grace_period: optional(duration),
  depends_on: optional(
    Type.Record(
      Type.String(),
      only({
        condition: Type.Union([Type.Literal("service_healthy"), Type.Literal("service_completed_successfully")]),
      }),
    ),
  ),
  environment: optional(texts),
  volumes: optional(words),
  command: words,
  ports: optional(words),
  deploy: optional(only({ replicas: Type.Integer({ minimum: 1 }) })),
  healthcheck: optional(Healthcheck),
});

export type ComposeService = Static<typeof Service>;

/** The part of the Compose Specification that we use. */
export const ComposeFile = Type.Object(
  {
    name: Type.String(),
    services: Type.Record(Type.String(), Service),
    volumes: Type.Record(Type.String(), Type.Null()),
  },
  { patternProperties: { "^x-": Type.Unknown() }, additionalProperties: false },
);

export type ComposeFile = Static<typeof ComposeFile>;
