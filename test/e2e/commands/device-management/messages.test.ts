import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type MailServer, startMailServer } from "../../../support/mail/mail-server.ts";
import { needsNatsServer, whyNoNatsServer } from "../../../support/nats/announced-program.ts";
import { startNatsServer } from "../../../support/nats/nats-server.ts";
import { type Streams, streamsOf } from "../../../support/nats/streams.ts";
import { storeIsMissing } from "../../../support/store/store-place.ts";
import { commandSite } from "../site.ts";
import { exampleFolder, type Product, startProduct } from "./running.ts";
import { startServices } from "./services.ts";

needsNatsServer();

const parts = new AsyncDisposableStack();
let mail: MailServer;
let streams: Streams;
let product: Product;

beforeAll(async () => {
  if (storeIsMissing() || whyNoNatsServer() !== undefined) return;
  const site = parts.use(await commandSite());
  const services = parts.use(
    await startServices(["deployments"], ({ path }) => {
      const failed = path.includes("/dep-bad/") ? ["d-1", "d-7"] : [];
      return { status: 200, body: { devices: { total: 12, failed } } };
    }),
  );
  mail = parts.use(await startMailServer());
  const nats = parts.use(await startNatsServer());
  streams = streamsOf(nats);
  await streams.make("FLEET", ["fleet.>"]);
  product = parts.use(
    await startProduct(site, join(exampleFolder, "definitions"), {
      ...services.env,
      FLEET_SITE: "north",
      WORKFLOWS_SMTP_HOST: `127.0.0.1:${mail.port}`,
      WORKFLOWS_NATS_URI: `nats://${nats.address}`,
    }),
  );
});

afterAll(() => parts.disposeAsync());

/** Runs a workflow to its end: what became of its tasks, and the mails and events that it brought. */
async function ran(workflow: string, input: Parameters<Product["run"]>[1]) {
  const [mailsBefore, eventsBefore] = [mail.mails.length, await streams.count("FLEET")];
  const { status, results } = await product.run(workflow, input);
  return {
    status,
    tasks: results.map(({ name, skipped, error }) => `${name}${skipped ? " skipped" : ""}${error?.message ?? ""}`),
    mails: mail.mails.slice(mailsBefore),
    events: (await streams.messages("FLEET")).slice(eventsBefore),
  };
}

test("welcome_operator sends a mail in two forms, whose texts stand in files; what a name holds stays text", async () => {
  const input = { email: "ada@example.com", name: "Ada <b>L.</b>", tenant_id: "acme & co" };
  const { status, tasks, mails } = await ran("welcome_operator", input);
  expect([status, tasks]).toEqual(["done", ["send_mail"]]);
  expect(mails).toMatchObject([{ from: "fleet@example.com", to: ["ada@example.com"] }]);
  const [{ headers, parts: texts } = { headers: new Map(), parts: new Map() }] = mails;
  expect(headers.get("subject")).toBe("Welcome to acme & co, Ada <b>L.</b>");
  expect(texts.get("text/plain")).toContain("Hello Ada <b>L.</b>,");
  expect(texts.get("text/html")).toContain("Hello Ada &lt;b&gt;L.&lt;/b&gt;,");
  expect(texts.get("text/html")).toContain("<b>acme &amp; co</b>");
  const copied = await ran("welcome_operator", { ...input, team: ["bob@example.com", "eve@example.com"] });
  expect(copied.mails).toMatchObject([{ to: ["ada@example.com", "bob@example.com", "eve@example.com"] }]);
});

test("announce_deployment publishes what came, as it came", async () => {
  const deployment = { id: "dep-1", devices: [{ id: "d-1", ok: true }], note: null };
  const { status, events } = await ran("announce_deployment", { tenant_id: "acme", deployment });
  expect(status).toBe("done");
  expect(events).toMatchObject([
    { subject: "fleet.deployments.ended", data: { tenant: "acme", deployment, source: "workflows/north" } },
  ]);
});

test("close_deployment does it all: a call, a command, an event, and a mail where there is something to say", async () => {
  const input = { request_id: "req-1", tenant_id: "acme", deployment_id: "dep-bad", notify: "ada@example.com" };
  const bad = await ran("close_deployment", input);
  expect([bad.status, bad.tasks]).toEqual(["done", ["close", "make_receipt", "publish_event", "tell_who_asked"]]);
  expect(bad.events).toMatchObject([
    {
      subject: "fleet.deployments.closed",
      data: { deployment: "dep-bad", receipt: "dep-bad-12", devices: { total: 12, failed: ["d-1", "d-7"] } },
    },
  ]);
  expect(bad.mails).toMatchObject([{ to: ["ada@example.com"] }]);
  expect(bad.mails[0]?.parts.get("text/plain")).toMatch(/^Failed: d-1,d-7\r?\nOf 12 devices. Receipt dep-bad-12\.\s*$/);

  const good = await ran("close_deployment", { ...input, deployment_id: "dep-good" });
  expect(good).toMatchObject({ status: "done", mails: [] });
  expect(good.tasks).toContain("tell_who_asked skipped");
  const unasked = await ran("close_deployment", { ...input, notify: "" });
  expect(unasked).toMatchObject({ status: "done", mails: [] });
  expect(unasked.tasks).toContain("tell_who_asked skipped");
});
