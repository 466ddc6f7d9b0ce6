/** Far below what servers take in a line of their protocol (4,096 bytes, unless configured otherwise): a longer one would end the connection that others use too. */
const maxBytes = 1024;

/** What keeps a text from being a subject that a message can be published to, to follow "the subject"; undefined: nothing. */
export function problemOf(subject: string): string | undefined {
  if (subject === "") return "is empty";
  if (hasSpace(subject)) return "holds a space or a control character";
  if (/[*>]/.test(subject)) return 'holds a wildcard, "*" or ">": a message is published to one subject';
  if (subject.split(".").includes(""))
    return 'has an empty token: something must stand before, after and between its "."';
  if (!subject.isWellFormed()) return "holds half of a character (a lone surrogate)";
  return Buffer.byteLength(subject) > maxBytes ? `has more than ${maxBytes} bytes` : undefined;
}

/** Whether a value stays within the token of the subject in which it stands. */
export function fitsInToken(value: string): boolean {
  return !/[.*>]/.test(value) && !hasSpace(value);
}

function hasSpace(text: string): boolean {
  return /\s/.test(text) || [...text].some((character) => character < " " || character === "\u007f");
}
