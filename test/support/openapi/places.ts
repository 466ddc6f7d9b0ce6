import { fileURLToPath } from "node:url";

/** The description of the API of this checkout. */
export const documentPath = fileURLToPath(new URL("../../../.cache/openapi/document.json", import.meta.url));

/** What tests have seen of it, a file each test file. */
export const seenFolder = fileURLToPath(new URL("../../../.cache/openapi/seen/", import.meta.url));
