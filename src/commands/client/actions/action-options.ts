import type { BulkOptions } from "../bulk/act-in-bulk.ts";
import type { FilterOptions } from "../find/filter-options.ts";
import type { ActionOptions } from "./jobs-action.ts";

/** What may stand behind such a command. The version of the filter is `ofVersion`: a restart has one of its own. */
export type ActionCommandOptions = ActionOptions &
  BulkOptions &
  Omit<FilterOptions, "workflowVersion"> & { readonly ofVersion?: string; readonly all?: true };
