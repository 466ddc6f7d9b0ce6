/** Does the work on members that may be about the same job: in rounds, each with one member of a job, in their order. */
export async function inRounds<Member>(
  members: readonly Member[],
  jobOf: (member: Member) => string,
  work: (round: readonly Member[]) => Promise<void>,
): Promise<void> {
  let rest = members;
  while (rest.length > 0) {
    const seen = new Set<string>();
    const isFirst = (member: Member): boolean => !seen.has(jobOf(member)) && seen.add(jobOf(member)).size > 0;
    const round = rest.filter(isFirst);
    if (round.length === rest.length) return work(rest);
    await work(round);
    const done = new Set(round);
    rest = rest.filter((member) => !done.has(member));
  }
}
