/** RFC 3339; a time without an offset would mean another moment on another machine. */
const timePattern = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** Epoch ms of a time with its offset from UTC, as RFC 3339 writes it; undefined for any other text. */
export function epochMsOf(text: string): number | undefined {
  if (!timePattern.test(text)) return undefined;
  const [year, month, day] = text.slice(0, 10).split("-").map(Number);
  const isDay = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day)).getUTCDate() === day; // there is no 30 February
  const time = isDay ? Date.parse(text.replace(" ", "T")) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
