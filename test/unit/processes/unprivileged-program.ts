import type { ProcessGroup } from "../../../src/model/job/process-group.ts";
import { emptyWithin } from "../../../src/processes/end-group.ts";
import { endLeftGroup } from "../../../src/processes/left-group.ts";

/** Says what becomes of a group (its JSON is the argument), and whether it is empty, as seen by whoever runs this. */
const group = JSON.parse(process.argv[2] ?? "") as ProcessGroup;
const [empty, fate] = [await emptyWithin(group.pid, 0), await endLeftGroup(group, false)];
process.stdout.write(JSON.stringify({ empty, fate }));
