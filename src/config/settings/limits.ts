import { setting } from "../setting.ts";
import { byteSize } from "../values/byte-size.ts";
import { integer } from "../values/scalars.ts";

const section = "Limits";
const mebibyte = 1024 * 1024;

export const limitSettings = {
  maxInputBytes: setting({
    key: "max_input_bytes",
    section,
    type: byteSize("1KiB", "64MiB"),
    default: mebibyte,
    doc: "How large the input of a job may be; a larger one is refused with 413.",
  }),
  maxBatchBytes: setting({
    key: "max_batch_bytes",
    section,
    type: byteSize("1KiB", "256MiB"),
    default: 16 * mebibyte,
    doc: "How large the body of a batch of starts may be, all inputs together; a larger one is refused with 413. Each input is bounded by `max_input_bytes` besides.",
  }),
  maxInputDepth: setting({
    key: "max_input_depth",
    section,
    type: integer(1, 1000),
    default: 32,
    doc: "How deep lists and objects in the input of a job may nest; the input itself is level 1.",
  }),
  maxInputValues: setting({
    key: "max_input_values",
    section,
    type: integer(1, 10_000_000),
    default: 10_000,
    doc: "How many values the input of a job may have, at all levels together.",
  }),
  maxResultBytes: setting({
    key: "max_result_bytes",
    section,
    type: byteSize("1KiB", "64MiB"),
    default: mebibyte,
    doc: "How much of a response is kept as the result of a task. A longer one is cut and marked `truncated`.",
  }),
  maxJobBytes: setting({
    key: "max_job_bytes",
    section,
    type: byteSize("1KiB", "256MiB"),
    default: 8 * mebibyte,
    doc: "How large the input and all results of a job may be together; a job that would grow beyond it fails. What it hands to other jobs that it calls counts until these are stored: where the inputs of several do not fit at once, the next is called when another is.",
  }),
  maxTaskExecutions: setting({
    key: "max_task_executions",
    section,
    type: integer(1, 100_000),
    default: 1000,
    doc: "How many tasks one job may run; a job that would run more fails.",
  }),
} as const;
