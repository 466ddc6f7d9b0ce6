/** A template that cannot be rendered: the attempt fails, and another one would fail in the same way. */
export class RenderError extends Error {
  readonly code = "render_failed";

  constructor(message: string) {
    super(message);
    this.name = "RenderError";
  }
}
