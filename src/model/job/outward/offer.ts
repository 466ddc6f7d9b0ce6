/** Work of a job that workers from outside may take: of each queue that it has some in, the earliest. */
export interface Offer {
  readonly queue: string;
  /** From then on, epoch ms: of what somebody has taken, the end of the lease. */
  readonly at: number;
}
