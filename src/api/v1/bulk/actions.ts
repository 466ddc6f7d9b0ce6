import { cancelJob } from "../../../jobs/actions/cancel.ts";
import { deleteJob } from "../../../jobs/actions/delete.ts";
import { pauseJob } from "../../../jobs/actions/pause.ts";
import type { Ask } from "../../../jobs/actions/requested.ts";
import { restartJob } from "../../../jobs/actions/restart.ts";
import { resumeJob } from "../../../jobs/actions/resume.ts";
import { retryJob } from "../../../jobs/actions/retry.ts";
import { skipTask } from "../../../jobs/actions/skip.ts";
import type { Deps } from "../../../jobs/deps.ts";
import type { JobId } from "../../../model/ids.ts";
import type { Job } from "../../../model/job/job.ts";
import type { ApiSettings } from "../../settings.ts";
import type { ActionBody, ActionMember } from "../action-body.ts";

type Asked = Ask & ActionBody;

/** What people do with many jobs, each as with one. */
export interface BulkAction {
  /** Members of the body beside the reason. */
  readonly members: readonly ActionMember[];
  readonly required?: readonly ActionMember[];
  act(deps: Deps, id: JobId, asked: Asked, settings: ApiSettings): Promise<Job>;
}

export const bulkActions: Readonly<Record<string, BulkAction>> = {
  cancel: { members: ["undo"], act: (deps, id, { by, ...asked }) => cancelJob(deps, id, { by, ...asked }) },
  pause: { members: [], act: (deps, id, asked) => pauseJob(deps, id, asked) },
  resume: { members: [], act: (deps, id, asked) => resumeJob(deps, id, asked) },
  retry: { members: ["newKey", "task", "iteration"], act: (deps, id, asked) => retryJob(deps, id, asked) },
  restart: { members: ["version"], act: (deps, id, asked) => restartJob(deps, id, asked) },
  skip: {
    members: ["task", "iteration"],
    required: ["task"],
    act: (deps, id, { task = "", ...asked }) => skipTask(deps, id, { task, ...asked }),
  },
  delete: { members: [], act: (deps, id, _asked, settings) => deleteJob(deps, id, settings.idempotencyWindowMs) },
};
