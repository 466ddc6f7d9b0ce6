/** Ends a check: prints each problem on a line of its own and fails, or prints what was looked at. */
export function report(problems: readonly string[], whenFine: string): void {
  for (const problem of problems) console.error(problem);
  if (problems.length === 0) console.log(whenFine);
  else process.exitCode = 1;
}
