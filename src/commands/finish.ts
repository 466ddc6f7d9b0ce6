/** Told how a command ended. */
export type Finish = (exitCode: number) => void;
