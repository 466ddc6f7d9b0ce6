/** A node that the engine cannot decide, with a reason for people: it fails. */
export class Undecidable extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "Undecidable";
    this.code = code;
  }
}
