/** Why a job or a task did not succeed: a code for programs, a sentence for people. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}
