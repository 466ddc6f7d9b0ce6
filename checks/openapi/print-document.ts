// Prints the description of the API, as OpenAPI 3.1 in JSON: for programs that are made from it.
import { madeDocument } from "./made-document.ts";

console.log(JSON.stringify(await madeDocument(), undefined, 2));
