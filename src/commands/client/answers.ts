import type { Static } from "typebox";
import type { JobAnswer, JobSummaryAnswer } from "../../api/mender/job-presentation.ts";
import type { StartAnswer } from "../../api/mender/start.ts";
import type { HistoryAnswer } from "../../api/v1/history.ts";
import type { JobsAnswer } from "../../api/v1/jobs.ts";

/** What the API answers, as its schemas say. */
export type ShownJob = Static<typeof JobAnswer>;
export type ShownSummary = Static<typeof JobSummaryAnswer>;
export type ShownPage = Static<typeof JobsAnswer>;
export type ShownHistory = Static<typeof HistoryAnswer>;
export type ShownStart = Static<typeof StartAnswer>;

/** By these a job is known. */
export const jobMembers = ["id", "workflowName", "status", "tasks"] as const satisfies readonly (keyof ShownJob)[];
