import type { Evidence, Violation } from "../evidence.ts";

/** A receiver's log with a gap proves nothing: the lines are numbered from 1 on. */
export function* logIsWhole({ calls }: Evidence): Generator<Violation> {
  const lines = calls.map((call) => call.line).sort((a, b) => a - b);
  for (const [index, line] of lines.entries()) {
    const before = lines[index - 1] ?? 0;
    if (line !== before + 1)
      yield { invariant: "log", message: `the receiver's log goes from line ${before} to line ${line}` };
  }
}
