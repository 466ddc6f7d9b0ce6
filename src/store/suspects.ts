/** From this many losses in a row on, a job is a suspect: it may be what kills its workers, and no healthy job runs beside it. */
export const suspectFrom = 2;

/** Suspects that may share a worker at first; half as many after each further loss, so that from the seventh on each is alone. */
export const largestGroup = 32;

/** From this many losses on a suspect runs alone. Where jobs fail after no more than that, all suspects do, or the innocent would fail with the one that kills. */
export const aloneFrom = suspectFrom + Math.log2(largestGroup);

/**
 * Delay before a job that lost its worker is ready again: none the first time, then a quarter of a second doubled with each further loss, at
 * most a minute. Short at first, as most that lost two are innocent, and wait for a worker of their own on top of it.
 */
export function lostDelay(lost: number): number {
  return lost <= 1 ? 0 : Math.min(60_000, 250 * 2 ** (lost - 2));
}

/** Of at least so many suspects, all that lost two workers, the most are innocent: they had the bad luck of a busy worker's end twice. */
const likelyInnocent = 5;

/**
 * How many of the ready suspects, in the order given, one worker takes at once: half of them, rounded up, and no more than the losses
 * of each member allow. One that kills its workers is found by halving (group testing: Dorfman, 1943), and the innocent, of which the
 * end of one busy worker makes a hundred, are cleared together instead of one after the other: many that are new to it in one group,
 * before any halving. A single suspect runs alone.
 */
export function suspectGroup(ready: readonly { readonly lost: number }[]): number {
  const areNew = ready.length >= likelyInnocent && ready.every(({ lost }) => lost === suspectFrom);
  let allowed = areNew ? ready.length : Math.ceil(ready.length / 2);
  let size = 0;
  for (const { lost } of ready) {
    const allowedWithIt = Math.min(allowed, Math.max(1, largestGroup >> (lost - suspectFrom)));
    if (size + 1 > allowedWithIt) break;
    allowed = allowedWithIt;
    size += 1;
  }
  return size;
}

/** As many ready suspects as an adapter has to look at for `suspectGroup`. */
export const suspectsLookedAt = 2 * largestGroup;
