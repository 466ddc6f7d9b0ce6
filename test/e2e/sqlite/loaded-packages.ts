// Preloaded into the product: tells on the standard error, when it ends, which of the packages were loaded that it may do without.
import { registerHooks } from "node:module";

const loaded = new Set<string>();

registerHooks({
  load(url, context, next) {
    const name = /\/node_modules\/(mongodb|bson|nodemailer|@nats-io\/[^/]+)\//.exec(url)?.[1];
    if (name !== undefined) loaded.add(name);
    return next(url, context);
  },
});

process.on("exit", () => process.stderr.write(`loaded: ${[...loaded].sort().join(" ")}\n`));
