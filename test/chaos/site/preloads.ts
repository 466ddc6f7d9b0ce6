import { shiftedClock, shiftedClockProgram } from "../../support/shifted-clock/environment.ts";

/** Names the machine that a process is to believe to run on. */
export const hostVariable = "CHAOS_HOST";

export interface Peculiarities {
  /** A machine of its own, of that name. */
  readonly host: string;
  /** Its wall clock moves by so much when that file is there. */
  readonly clock?: { readonly aheadMs: number; readonly stepFile: string };
}

const ownHostProgram = new URL("own-host.ts", import.meta.url).href;

/** Environment that gives a process its peculiarities. */
export function peculiar({ host, clock }: Peculiarities): { readonly [variable: string]: string } {
  const programs = clock === undefined ? [ownHostProgram] : [ownHostProgram, shiftedClockProgram];
  const asked = process.env["NODE_OPTIONS"] ?? "";
  return {
    [hostVariable]: host,
    ...(clock !== undefined && shiftedClock(clock.aheadMs, clock.stepFile)),
    NODE_OPTIONS: [asked, ...programs.map((program) => `--import ${program}`)].join(" ").trim(),
  };
}
