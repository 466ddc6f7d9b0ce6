// The part of Kubernetes' API that our manifests use (kubernetes.io/docs/reference/kubernetes-api, v1.30 and later).
import { type Static, type TProperties, Type } from "typebox";
import { only, optional, texts } from "../shape.ts";

const name = Type.String({ pattern: "^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$" });
const count = Type.Integer({ minimum: 0 });
const labels = Type.Record(Type.String(), Type.String({ pattern: "^[\\w.-]{1,63}$" }));
const metadata = only({ name, labels });
const selector = only({ matchLabels: labels });
const quantity = Type.String({ pattern: "^\\d+(m|Mi|Gi)?$" });

function object<Version extends string, Kind extends string, Rest extends TProperties>(
  apiVersion: Version,
  kind: Kind,
  rest: Rest,
) {
  return only({ apiVersion: Type.Literal(apiVersion), kind: Type.Literal(kind), metadata, ...rest });
}

const Probe = only({
  httpGet: only({ path: Type.String({ pattern: "^/" }), port: Type.Union([name, count]) }),
  periodSeconds: optional(count),
  timeoutSeconds: optional(count),
  failureThreshold: optional(count),
});

const Container = only({
  name,
  image: Type.String(),
  args: Type.Array(Type.String()),
  env: Type.Array(only({ name: Type.String(), valueFrom: only({ secretKeyRef: only({ name, key: Type.String() }) }) })),
  ports: optional(Type.Array(only({ name, containerPort: count }))),
  startupProbe: optional(Probe),
  livenessProbe: optional(Probe),
  readinessProbe: optional(Probe),
  lifecycle: optional(only({ preStop: only({ exec: only({ command: Type.Array(Type.String()) }) }) })),
  resources: only({
    requests: only({ cpu: quantity, memory: quantity }),
    limits: only({ memory: quantity }),
  }),
  securityContext: only({
    allowPrivilegeEscalation: Type.Literal(false),
    readOnlyRootFilesystem: Type.Literal(true),
    capabilities: only({ drop: Type.Tuple([Type.Literal("ALL")]) }),
  }),
  volumeMounts: Type.Array(
    only({ name, mountPath: Type.String(), subPath: optional(Type.String()), readOnly: optional(Type.Literal(true)) }),
  ),
});

const Pod = only({
  automountServiceAccountToken: Type.Literal(false),
  enableServiceLinks: Type.Literal(false),
  terminationGracePeriodSeconds: count,
  securityContext: only({
    runAsNonRoot: Type.Literal(true),
    runAsUser: Type.Integer({ minimum: 1 }),
    runAsGroup: Type.Integer({ minimum: 1 }),
    seccompProfile: only({ type: Type.Literal("RuntimeDefault") }),
  }),
  topologySpreadConstraints: Type.Array(
    only({
      maxSkew: count,
      topologyKey: Type.Literal("kubernetes.io/hostname"),
      whenUnsatisfiable: Type.Literal("ScheduleAnyway"),
      labelSelector: selector,
    }),
  ),
  containers: Type.Tuple([Container]),
  volumes: Type.Array(Type.Union([only({ name, configMap: only({ name }) }), only({ name, emptyDir: only({}) })])),
});

export const Deployment = object("apps/v1", "Deployment", {
  spec: only({
    replicas: count,
    minReadySeconds: optional(count),
    selector,
    strategy: only({
      type: Type.Literal("RollingUpdate"),
      rollingUpdate: only({ maxSurge: count, maxUnavailable: count }),
    }),
    template: only({ metadata: only({ labels }), spec: Pod }),
  }),
});

export const Service = object("v1", "Service", {
  spec: only({
    selector: labels,
    ports: Type.Array(only({ name, port: count, targetPort: Type.Union([name, count]) })),
  }),
});

export const PodDisruptionBudget = object("policy/v1", "PodDisruptionBudget", {
  spec: only({ maxUnavailable: count, selector }),
});

export const ConfigMap = object("v1", "ConfigMap", { data: texts });

export type Deployment = Static<typeof Deployment>;
export type Service = Static<typeof Service>;
export type PodDisruptionBudget = Static<typeof PodDisruptionBudget>;
export type ConfigMap = Static<typeof ConfigMap>;
