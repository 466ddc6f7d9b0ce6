/** The topic of workflows that name none. */
export const defaultTopic = "default";

/** Which jobs a worker takes. */
export interface Takes {
  /** Of these topics; absent: of all. */
  readonly topics?: readonly string[];
  /** Of these workflows; absent: of all. */
  readonly workflows?: readonly string[];
  /** Of none of these workflows, whatever else it takes. */
  readonly except?: readonly string[];
}

/** What a worker takes that says nothing of it: a program that knows no topics. */
export const takesByDefault: Takes = { topics: [defaultTopic] };

/** As much of a job, or of many, as tells which workers take it. */
export interface Taken {
  readonly workflow: string;
  /** Absent: the usual one. */
  readonly topic?: string | undefined;
}

export function takes({ topics, workflows, except }: Takes, { workflow, topic = defaultTopic }: Taken): boolean {
  if (topics !== undefined && !topics.includes(topic)) return false;
  if (workflows !== undefined && !workflows.includes(workflow)) return false;
  return except?.includes(workflow) !== true;
}

/** The same, as far as it is known whom it is about: what is absent may be anything. */
export function mayTake(
  { topics, workflows, except }: Takes,
  { workflow, topic }: { readonly workflow?: string; readonly topic?: string },
): boolean {
  if (topic !== undefined && topics?.includes(topic) === false) return false;
  if (workflow === undefined) return true;
  return workflows?.includes(workflow) !== false && except?.includes(workflow) !== true;
}

/** That of a workflow, for its jobs; absent where it is the usual one. */
export function topicFor({ topic }: { readonly topic: string }): { readonly topic?: string } {
  return topic === defaultTopic || topic === "" ? {} : { topic };
}
