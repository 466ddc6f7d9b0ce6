import { RenderError } from "./render-error.ts";

/**
 * Refuses a rendered URI that would not go where its definition says: without a host of its own (the first segment of
 * the path would become the host), with a segment `.` or `..` (the path would be left), with control characters
 * (URL parsers drop them). Throws `RenderError`.
 */
export function checkRenderedUri(origin: string, rest: string): void {
  const authority = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#\\\s]+/.exec(origin);
  if (authority === null)
    throw new RenderError("The URI has no scheme and host: is a variable missing, or not on the allow-list?");
  const uri = origin + rest;
  for (const character of uri)
    if (character < " " || character === "\u007f") throw new RenderError("The URI holds a control character");
  if (hasDotSegment(uri.slice(authority[0].length)))
    throw new RenderError('A segment of the URI\'s path is "." or ".."');
}

/** Whether the path, up to the query, has a segment that URL parsers take as "this" or "up". */
export function hasDotSegment(pathAndQuery: string): boolean {
  const [path = ""] = pathAndQuery.split(/[?#]/, 1);
  return path.split(/[/\\]/).some((segment) => /^(\.|%2e){1,2}$/i.test(segment));
}
