import { closest } from "../../model/closest.ts";
import { maxSearchable } from "../../model/search/labels.ts";
import type { Workflow } from "../../model/workflow.ts";
import type { CompileOptions } from "../task-checks.ts";
import type { FieldReader } from "./field-reader.ts";

type Parameters = Pick<Workflow, "inputParameters" | "optionalParameters" | "secretParameters">;

/** Inputs by whose values jobs are to be found: few, declared, and none whose values people must not see. */
export function searchableOf(
  fields: FieldReader,
  { inputParameters, optionalParameters, secretParameters }: Parameters,
  { looksSecret }: Pick<CompileOptions, "looksSecret">,
): Pick<Workflow, "searchable"> {
  const searchable = fields.texts("searchable");
  const declared = [...inputParameters, ...optionalParameters];
  if (searchable.length > maxSearchable)
    fields.error("searchable", `at most ${maxSearchable} inputs can be searchable, not ${searchable.length}`);
  for (const [index, name] of searchable.entries()) {
    const place = `searchable/${index}`;
    const quoted = JSON.stringify(name);
    if (!declared.includes(name))
      fields.error(
        place,
        `${quoted} is neither in inputParameters nor in optionalParameters`,
        closest(
          name,
          declared.filter((one) => !searchable.includes(one)),
        ),
      );
    else if (secretParameters.includes(name))
      fields.error(place, `${quoted} is in secretParameters: what people must not see cannot be searched for`);
    else if (looksSecret?.(name) === true)
      fields.error(
        place,
        `${quoted} is a secret by its name (setting secret_names): what people must not see cannot be searched for`,
      );
  }
  return searchable.length === 0 ? {} : { searchable };
}
