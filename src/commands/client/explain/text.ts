import type { Explanation } from "../../../client/workflows.ts";
import { colouredState, colours, printable } from "../../terminal.ts";
import { shortened } from "../present/job-parts.ts";
import { shortDuration } from "../present/job-text.ts";

type Task = Explanation["tasks"][number];
type Attempt = Task["attempts"][number];

/** An explanation for people to read from the top: how the job stands, how it came to that, what to do. */
export function explanationText({ id, state, summary, tasks, advice }: Explanation): string {
  const head = `${colours.bold(id)}  ${colouredState(state)}`;
  const parts = [
    `${head}\n${printable(summary)}`,
    ...tasks.filter(({ attempts }) => attempts.length > 0).map(taskText),
  ];
  if (advice.length > 0)
    parts.push([colours.bold("What you can do"), ...advice.map((text) => `  ${printable(text)}`)].join("\n"));
  return parts.join("\n\n");
}

function taskText({ name, path, iteration, type, state, attempts }: Task): string {
  const turn = iteration > 0 ? `, iteration ${iteration}` : "";
  const head = `${colours.bold(printable(name))}  ${printable(`${type}, path ${path}${turn}, ${state}`)}`;
  return [head, ...attempts.map(attemptText)].join("\n");
}

function attemptText(attempt: Attempt): string {
  const { outcome, start_time: start, end_time: end, due_time: due, durationMs, worker, why, calledAgain } = attempt;
  const isDue = outcome === "due";
  const when = start ?? end ?? (due === undefined ? undefined : `${isDue ? "since" : "due"} ${due}`);
  const facts = [
    outcome,
    when,
    durationMs === undefined ? undefined : shortDuration(durationMs),
    worker === undefined ? undefined : `${isDue ? "with" : "by"} ${worker}`,
  ];
  const head = `  attempt ${attempt.attempt}  ${facts.filter((fact) => fact !== undefined).join("  ")}`;
  const lines = [
    ["why", why],
    ["asked", attempt.request],
    ["answer", attempt.answer],
    ["error", attempt.error === undefined ? undefined : `${attempt.error.code}: ${attempt.error.message}`],
    [
      "told",
      attempt.untold === true ? "what it asked and was answered was not kept: the history is full of such" : undefined,
    ],
    ["twice", calledAgain === true ? "what is called may have got this call before" : undefined],
  ] as const;
  const shown = lines.flatMap(([label, text]) =>
    text === undefined ? [] : [`    ${label.padEnd(7)}${oneLine(label, text)}`],
  );
  return [printable(head), ...shown].join("\n");
}

/** What others wrote may be long, and have lines of its own; `--json` has all of it. */
function oneLine(label: string, text: string): string {
  const line = printable(text).replaceAll(/\s+/g, " ");
  return label === "asked" || label === "answer" ? shortened(line) : line;
}
