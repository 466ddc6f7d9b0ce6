// Set-up of test files.
import { aroundEach } from "vitest";
import { runningTest } from "./on-test-finished.ts";

aroundEach((run, context) => runningTest.run(context, run));
