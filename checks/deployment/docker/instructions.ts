export interface Instruction {
  readonly name: string;
  readonly text: string;
  /** 1-based. */
  readonly line: number;
}

/** The instructions of a Dockerfile, those over several lines joined. */
export function instructionsOf(text: string): Instruction[] {
  const found: Instruction[] = [];
  let open: { text: string; line: number } | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    open = open === undefined ? { text: line, line: index + 1 } : { ...open, text: `${open.text} ${line.trim()}` };
    if (open.text.endsWith("\\")) {
      open.text = open.text.slice(0, -1).trimEnd();
      continue;
    }
    const [, name = "", rest = ""] = /^\s*(\S+)\s*(.*)$/.exec(open.text) ?? [];
    found.push({ name: name.toUpperCase(), text: rest.trim(), line: open.line });
    open = undefined;
  }
  return found;
}

export interface Stage {
  /** What `--from` calls it. */
  readonly name: string | undefined;
  readonly base: string;
  /** Begins with its `FROM`. */
  readonly steps: readonly Instruction[];
}

export function stagesOf(all: readonly Instruction[]): Stage[] {
  const starts = all.flatMap(({ name }, index) => (name === "FROM" ? [index] : []));
  return starts.map((start, at) => {
    const [base = "", , name] = all[start]?.text.split(/\s+/) ?? [];
    return { name, base, steps: all.slice(start, starts[at + 1]) };
  });
}

/** The words of an instruction in exec form; undefined where it is in shell form. */
export function execForm(text: string): string[] | undefined {
  try {
    const words = JSON.parse(text) as unknown;
    return Array.isArray(words) && words.every((word) => typeof word === "string") ? words : undefined;
  } catch {
    return undefined;
  }
}

/** What `ENV NAME=value` says, without quotes, which we use none of. */
export function environmentOf({ steps }: Stage): Record<string, string> {
  const pairs = steps
    .filter(({ name }) => name === "ENV")
    .flatMap(({ text }) => [...text.matchAll(/([A-Z_][A-Z0-9_]*)=(\S+)/g)])
    .map(([, name = "", value = ""]): [string, string] => [name, value]);
  return Object.fromEntries(pairs);
}
