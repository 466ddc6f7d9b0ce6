/** Milliseconds of the clock that every process of this machine shares and that nobody sets: times of different processes can be compared. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
