/** When a process gave up its lease, by its log: epoch ms of its own clock. */
export function givenUpLeases(output: string): number[] {
  return output
    .split("\n")
    .filter((line) => line.includes('"msg":"worker lost its lease"'))
    .map((line) => Date.parse((JSON.parse(line) as { readonly time: string }).time));
}
