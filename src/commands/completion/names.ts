import type { JobFilter } from "../../client/workflows.ts";
import { CalledServer } from "../client/called-server.ts";
import type { ServerOptions } from "../client/server-options.ts";
import { profilesPath, readProfiles } from "../profile/profiles-file.ts";

/** Whoever types does not wait longer for a server. */
const patience = { timeoutMs: 300 };

/** Jobs in which an action can do anything, by status. */
const statusesFor: Readonly<Record<string, JobFilter["status"]>> = {
  cancel: ["pending", "processing"],
  pause: ["pending", "running"],
  resume: ["paused"],
  retry: ["failed"],
  restart: ["done", "failed"],
  delete: ["done", "failed"],
};

const mostJobs = 50;

interface Asked {
  readonly server: ServerOptions;
  /** The command, which may bear on some jobs only. */
  readonly action: string;
  /** What was typed already. */
  readonly prefix: string;
}

/** Names that are known now; none where the server does not answer soon, or refuses to. */
export async function namesOf(
  kind: "workflow" | "job" | "profile",
  asked: Asked,
): Promise<{ readonly value: string; readonly about: string }[]> {
  try {
    switch (kind) {
      case "profile":
        return [...readProfiles(profilesPath()).profiles].map(([value, { server = "" }]) => ({ value, about: server }));
      case "workflow":
        return await workflows(asked);
      case "job":
        return await jobs(asked);
      default:
        return kind satisfies never;
    }
  } catch {
    return []; // there is nobody to tell
  }
}

async function workflows({ server }: Asked) {
  const known = await new CalledServer(server, patience).ask((client) => client.workflows.list());
  return known.map(({ name: value, description: about }) => ({ value, about }));
}

async function jobs({ server, action, prefix }: Asked) {
  const status = statusesFor[action];
  const filter = { status, ...(/^[\da-f]{1,24}$/.test(prefix) && { id_prefix: prefix }) };
  const page = await new CalledServer(server, patience).ask((client) => client.jobs.page(filter, { limit: mostJobs }));
  return page.jobs.map(({ id: value, workflowName, state, insert_time: time }) => {
    return { value, about: `${workflowName} ${state} ${time}` };
  });
}
