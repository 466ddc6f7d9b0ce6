import { optional, setting } from "../setting.ts";
import { duration } from "../values/duration.ts";
import { textList } from "../values/list.ts";
import { integer } from "../values/scalars.ts";
import { rejected } from "../values/value-type.ts";

const section = "Worker";

/** Stands for all topics. */
export const anyTopic = "*";

const topicNames = textList({
  expected: `a list of topics, or ${anyTopic} for all`,
  check: (topic) => (/\s/.test(topic) ? `"${topic}" must be a topic, without spaces` : undefined),
});

const workflowNames = textList({
  expected: "a list of names of workflows",
  check: (name) => (/\s/.test(name) ? `"${name}" must be the name of a workflow, without spaces` : undefined),
});

export const workerSettings = {
  concurrency: setting({
    key: "concurrency",
    section,
    type: integer(1, 10_000),
    default: 100,
    doc: "How many jobs one worker runs at the same time. Jobs that wait for a retry, or whose result is being stored, do not count. While others wait, one workflow or one called host has half of them at most; while others were there lately, some are kept free for the next of them.",
  }),
  maxCallsPerTarget: optional({
    key: "max_calls_per_target",
    section,
    type: integer(1, 10_000),
    defaultText: "none",
    doc: "How many tasks of one worker call the same target at the same time: the same scheme, host and port. Others wait without a place of `concurrency`. For services that take only so much; with several workers each calls it as often.",
  }),
  topics: optional({
    key: "topics",
    section,
    type: {
      ...topicNames,
      mayBeEmpty: false,
      parse(found) {
        const parsed = topicNames.parse(found);
        return parsed.ok && parsed.value.length === 0 ? rejected() : parsed;
      },
    },
    defaultText: "`default` for `worker`, all for `standalone`",
    flag: "--topics",
    doc: "The worker runs jobs of these topics (`topic` of a workflow, `default` where it names none); `*` is all of them. Jobs whose topic no worker takes wait; after half a minute the log and `GET /api/v1/health` name them.",
  }),
  workflows: setting({
    key: "workflows",
    section,
    type: workflowNames,
    default: [],
    defaultText: "none: all workflows",
    flag: "--workflows",
    doc: "The worker runs jobs of these workflows alone, as far as it takes their topics.",
  }),
  excludedWorkflows: setting({
    key: "excluded_workflows",
    section,
    type: workflowNames,
    default: [],
    defaultText: "none",
    flag: "--excluded-workflows",
    doc: "The worker runs no jobs of these workflows, whatever else it takes.",
  }),
  graceMs: setting({
    key: "grace",
    section,
    type: duration("0s", "1h"),
    default: 30_000,
    doc: "How long a process that was told to stop lets running tasks finish. Those still running then are broken off and run again by another worker, without counting as a retry. A client that has not taken its answer by then, or after 12 s, is cut off.",
  }),
  leaseMs: setting({
    key: "lease",
    section,
    type: duration("200ms", "1h"),
    default: 15_000,
    doc: "How long a worker that gives no sign of life keeps its jobs. Afterwards others run them. Shorter means a faster rescue, and more false alarms on a machine that stalls.",
  }),
  heartbeatMs: setting({
    key: "heartbeat",
    section,
    type: duration("20ms", "20m"),
    default: 5000,
    doc: "How often a worker gives a sign of life. Must be under half of `lease`, so that a lost one is made good by the next.",
  }),
  sweepMs: setting({
    key: "sweep",
    section,
    type: duration("10ms", "10m"),
    default: 1000,
    doc: "How often a process looks for workers that died, for jobs whose overall time-out has come and for finished jobs to remove. Where four workers live, or more, they share the first two: each looks less often.",
  }),
  pollMs: setting({
    key: "poll",
    section,
    type: duration("10ms", "10m"),
    default: 1000,
    doc: "How often a worker with free slots looks for jobs when nothing wakes it. Starts wake it at once; this bounds the wait when such a hint is lost. While the bus of MongoDB is healthy, it looks a fifth as often.",
  }),
  maxLost: setting({
    key: "max_lost",
    section,
    type: integer(1, 1000),
    default: 10,
    doc: "How many workers in a row may die while they hold a job before the job fails with `worker_lost`. From the second on it runs beside such jobs only, in groups that get smaller with each further loss, and from the seventh on alone; with a `max_lost` of less than 8, alone from the second on.",
  }),
} as const;
