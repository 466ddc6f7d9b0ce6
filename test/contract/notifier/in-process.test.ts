import { describe } from "vitest";
import { InProcessNotifier } from "../../../src/notifier/in-process.ts";
import { hintsWithinAProcess } from "./hints.ts";

describe("in process: hints", () => {
  hintsWithinAProcess(async () => new InProcessNotifier());
});
