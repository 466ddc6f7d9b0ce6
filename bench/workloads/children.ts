import type { Child } from "../processes/child.ts";
import { startChild } from "../processes/child.ts";
import type { LoadAnswer, LoadQuestion } from "../processes/load-program.ts";
import type { ReceiverAnswer, ReceiverQuestion } from "../processes/receiver-program.ts";

/** The two ends of every workload: who starts jobs, and who is called by them. */
export interface Children extends AsyncDisposable {
  readonly receiver: Child<ReceiverQuestion, ReceiverAnswer>;
  readonly receiverPort: number;
  readonly load: Child<LoadQuestion, LoadAnswer>;
}

export async function startChildren(): Promise<Children> {
  await using started = new AsyncDisposableStack();
  const receiver = started.use(
    await startChild<ReceiverQuestion, ReceiverAnswer, { port: number }>("processes/receiver-program"),
  );
  const load = started.use(await startChild<LoadQuestion, LoadAnswer, object>("processes/load-program"));
  const kept = started.move();
  return { receiver, receiverPort: receiver.hello.port, load, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** Each expected job was called, and none twice. */
export async function exactlyOnce({ receiver }: Children, expected: number): Promise<void> {
  const { calls, jobs } = await receiver.ask({ kind: "wait" });
  if (calls !== expected || jobs !== expected)
    throw new Error(`${expected} jobs were started, ${jobs} were called, with ${calls} calls`);
}
