import { checkout } from "./checkout.ts";

/** Names the folder of the built product for the processes that run tests. */
export const productVariable = "TEST_PRODUCT";

/** The folder that holds the `bin/workflows` that tests start: the built product, or the sources where nobody built it. */
export function productFolder(): string {
  return process.env[productVariable] ?? checkout;
}
