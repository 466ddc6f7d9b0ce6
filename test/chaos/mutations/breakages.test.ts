import { expect, test } from "vitest";
import { breakages } from "./breakages.ts";
import { commandBreakages } from "./command-breakages.ts";
import { makeMutant } from "./mutant.ts";

test.each([...breakages, ...commandBreakages].map((breakage) => [breakage.name, breakage] as const))(
  "still applies: %s",
  async (_name, { patches }) => {
    await using mutant = await makeMutant(patches);
    expect(mutant.root).not.toBe("");
  },
);

test("a mutation that no longer applies is told", async () => {
  const patch = { file: "src/main.ts", find: "this was never written", replace: "" };
  await expect(makeMutant([patch])).rejects.toThrow("applies 0 times");
});
