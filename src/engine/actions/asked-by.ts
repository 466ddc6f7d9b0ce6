/** Who asked and why, as the history tells it. */
export function askedBy({ by, reason }: { readonly by: string; readonly reason?: string }): {
  by: string;
  reason?: string;
} {
  return { by, ...(reason !== undefined && { reason }) };
}
