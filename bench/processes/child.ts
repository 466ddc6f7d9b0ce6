import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A program of the benchmark in a process of its own; it answers each question with one message. */
export interface Child<Question, Answer, Hello = object> extends AsyncDisposable {
  readonly pid: number;
  /** Its first message. */
  readonly hello: Hello;
  ask(question: Question): Promise<Answer>;
}

/** Starts a program of `bench/`, named without `.ts`; resolves when it has sent its first message. */
export async function startChild<Question extends object, Answer, Hello>(
  name: string,
  args: readonly string[] = [],
): Promise<Child<Question, Answer, Hello>> {
  const forked = fork(fileURLToPath(new URL(`../${name}.ts`, import.meta.url)), args, { execArgv: [] });
  const kill = (): void => void forked.kill("SIGKILL");
  process.once("exit", kill);
  const hello = await nextMessage<Hello>(forked, name);
  return {
    pid: forked.pid ?? 0,
    hello,
    ask(question) {
      const answer = nextMessage<Answer>(forked, name);
      forked.send(question);
      return answer;
    },
    async [Symbol.asyncDispose]() {
      process.off("exit", kill);
      if (forked.exitCode !== null || forked.signalCode !== null) return;
      const exited = new Promise((resolve) => forked.once("exit", resolve));
      forked.kill("SIGTERM");
      await exited;
    },
  };
}

function nextMessage<Message>(forked: ChildProcess, name: string): Promise<Message> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`bench/${name}.ts ended with ${code}`));
    forked.once("exit", ended);
    forked.once("message", (message) => {
      forked.off("exit", ended);
      resolve(message as Message);
    });
  });
}

/** In the child: answers questions one after the other, and ends with its parent. */
export function serve<Question, Answer>(hello: object, answer: (question: Question) => Answer | Promise<Answer>): void {
  process.on("message", (question: Question) => {
    void Promise.resolve(answer(question)).then((given) => process.send?.(given));
  });
  process.once("disconnect", () => process.exit(0));
  process.send?.(hello);
}

/** Milliseconds of the clock that all processes of a machine share. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
