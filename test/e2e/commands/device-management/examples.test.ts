import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { storeIsMissing } from "../../../support/store/store-place.ts";
import { readForm } from "../../../unit/tasks/http/read-form.ts";
import { commandSite } from "../site.ts";
import { exampleFolder, type Product, startProduct } from "./running.ts";
import { type Reply, type ServiceCall, type Services, startServices } from "./services.ts";

const parts = new AsyncDisposableStack();
let services: Services;
let product: Product;

const names = [
  "inventory",
  "tunnel",
  "identity",
  "deployments",
  "search",
  "audit",
  "hub",
  "config",
  "support",
  "print",
];

const secrets = { FLEET_HUB_TOKEN: "hub-token-0123456789", FLEET_CLIENT_SECRET: "client secret & 9876" };

/** What the services of the examples answer; any other call is taken. */
function reply({ service, method, path, headers }: ServiceCall): Reply {
  switch (`${service} ${method} ${path}`) {
    case "hub PUT /hubs/main/devices/d%202":
      return {
        status: 200,
        body: {
          ...{ endpoints: [{ host: "hub.example", port: 8883 }], topics: ["up", "down"], since: null },
          caller: headers.authorization, // some services repeat what they were asked
        },
      };
    case "deployments DELETE /internal/tenants/acme/devices/rack%2F3":
      return { status: 404, body: "not here" };
    case "inventory POST /internal/tenants/acme/devices/status/offline":
      return { status: 200, body: { updated: 2 } };
    case "inventory GET /internal/scopes/monitor":
      return { status: 200, body: { id: "scope/7" } };
    case "inventory GET /internal/scopes/unheard%20of":
      return { status: 404, body: "no such scope" };
    case "identity POST /keys":
      return { status: 201, body: { key: { id: "k-1" } } };
    default:
      return { status: usualStatus(service, method, path) };
  }
}

function usualStatus(service: string, method: string, path: string): number {
  const later = service === "search" || path.endsWith("/check-update") || (service === "tunnel" && method === "DELETE");
  if (later) return 202;
  return { POST: 201, DELETE: 204, PATCH: 204 }[method] ?? 200;
}

beforeAll(async () => {
  if (storeIsMissing()) return;
  const site = parts.use(await commandSite());
  services = parts.use(await startServices(names, reply));
  const env = { ...services.env, ...secrets, HAVE_TUNNEL: "1", HAVE_SEARCH: "1" };
  product = parts.use(await startProduct(site, join(exampleFolder, "definitions"), env));
});

afterAll(() => parts.disposeAsync());

/** Runs a workflow to its end: what it called, and what became of its tasks. */
async function ran(workflow: string, input: Parameters<Product["run"]>[1]) {
  const from = services.calls.length;
  const { status, results, text } = await product.run(workflow, input);
  const calls = services.calls.slice(from);
  return {
    status,
    text,
    calls,
    called: calls.map(({ service, method, path, body }) => [`${service} ${method} ${path}`, json(body)]),
    tasks: results.map(({ name, skipped, error }) => `${name}${skipped ? " skipped" : ""}${error?.message ?? ""}`),
  };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

const request_id = "req-1";
const tenant_id = "acme";

test("provision_device tells each service what it needs to know, an optional one left out", async () => {
  const identity = { mac: "00:1b:44", serial: 7, "10": "b", "9": "a" };
  const { status, called, tasks, calls } = await ran("provision_device", {
    ...{ request_id, tenant_id, identity },
    device_id: 'd "1"',
  });
  expect([status, tasks]).toEqual(["done", ["add_to_inventory", "open_tunnel_account", "mark_provisioned"]]);
  expect(called).toEqual([
    [
      "inventory POST /internal/tenants/acme/devices",
      {
        ...{ id: 'd "1"', group: "unassigned", identity },
        attributes: [
          { scope: "system", name: "status", value: "accepted" },
          { scope: "system", name: "label", value: 'Device d "1" of acme' },
        ],
      },
    ],
    ["tunnel POST /internal/tenants/acme/devices", { device_id: 'd "1"', group: "" }],
    ["identity PATCH /internal/tenants/acme/devices/d%20%221%22", { provisioned: true }],
  ]);
  for (const { headers } of calls) expect(headers).toMatchObject({ "x-request-id": request_id });
  expect(calls[1]?.headers["content-type"]).toBe("application/json");
});

test("provision_hub_device passes on what the hub answered, and hides the token of the workers", async () => {
  const { status, called, tasks, calls, text } = await ran("provision_hub_device", {
    ...{ request_id, tenant_id, device_id: "d 2" },
  });
  expect([status, tasks]).toEqual([
    "done",
    ["register_with_hub", "hand_over_connection", "tell_spare_endpoint skipped"],
  ]);
  expect(called).toEqual([
    ["hub PUT /hubs/main/devices/d%202", { tenant: "acme", enabled: true }],
    [
      "config PATCH /internal/tenants/acme/devices/d%202/settings",
      {
        ...{ hub_host: "hub.example", hub_port: 8883, hub_topics: ["up", "down"] },
        note: "Topics up,down, since today",
      },
    ],
  ]);
  expect(calls[0]?.headers.authorization).toBe(`Bearer ${secrets.FLEET_HUB_TOKEN}`);
  expect(text).not.toContain(secrets.FLEET_HUB_TOKEN);
});

test("decommission_device goes on where a service never knew the device", async () => {
  const { status, called, tasks } = await ran("decommission_device", { request_id, tenant_id, device_id: "rack/3" });
  expect([status, tasks]).toEqual([
    "done",
    ["forget_deployments", "close_tunnel_account", "forget_hub skipped", "forget_inventory"],
  ]);
  expect(called.map(([call]) => call)).toEqual([
    "deployments DELETE /internal/tenants/acme/devices/rack%2F3",
    "tunnel DELETE /internal/tenants/acme/devices/rack%2F3",
    "inventory DELETE /internal/tenants/acme/devices/rack%2F3",
  ]);
});

test("reindex_device asks for the service that is named, or the usual one", async () => {
  const once = await ran("reindex_device", { request_id, tenant_id, device_id: "d-4" });
  expect(once).toMatchObject({
    status: "done",
    called: [["search POST /internal/tenants/acme/devices/d-4/reindex?service=inventory", ""]],
  });
  const named = await ran("reindex_device", { request_id, tenant_id, device_id: "d-4", service: "a&b" });
  expect(named.called).toEqual([["search POST /internal/tenants/acme/devices/d-4/reindex?service=a%26b", ""]]);
});

test("reindex_deployments sends a form, and nothing where there is nothing to do", async () => {
  const input = { request_id, tenant_id, device_id: "d-5" };
  const { status, called } = await ran("reindex_deployments", { ...input, deployments: ["x", "y z"] });
  expect(status).toBe("done");
  expect(called).toEqual([
    ["search POST /internal/tenants/acme/deployments/reindex", "device_id=d-5&deployments=x%2Cy+z&wait=true"],
  ]);
  const none = await ran("reindex_deployments", { ...input, deployments: [] });
  expect(none).toMatchObject({ status: "done", tasks: ["reindex skipped"], called: [] });
});

test("update_device_status hands the list on as it came; the audit log is for those who have one", async () => {
  const devices = [{ id: "a", revision: 1 }, { id: 'b"' }];
  const { status, called, tasks, calls } = await ran("update_device_status", {
    ...{ request_id, tenant_id, status: "offline", devices },
  });
  expect([status, tasks]).toEqual(["done", ["update_inventory", "update_deployments", "write_audit_log skipped"]]);
  expect(calls[0]?.body).toBe(JSON.stringify(devices));
  expect(called).toEqual([
    ["inventory POST /internal/tenants/acme/devices/status/offline", devices],
    ["deployments PUT /internal/tenants/acme/devices/status", { status: "offline", devices }],
  ]);
});

test("update_inventory_attributes writes where the scope is known, and is content where it is not", async () => {
  const input = { request_id, tenant_id, device_id: "d-7", attributes: [{ name: "load", value: 0.5 }] };
  const known = await ran("update_inventory_attributes", { ...input, scope: "monitor" });
  expect(known).toMatchObject({ status: "done", tasks: ["find_scope", "write_attributes"] });
  expect(known.called).toEqual([
    ["inventory GET /internal/scopes/monitor", ""],
    ["inventory PATCH /internal/tenants/acme/devices/d-7/scopes/scope%2F7", input.attributes],
  ]);
  const unknown = await ran("update_inventory_attributes", { ...input, scope: "unheard of" });
  expect(unknown).toMatchObject({ status: "done", tasks: ["find_scope", "write_attributes skipped"] });
});

test("deploy_configuration sends numbers and objects as such", async () => {
  const configuration = { wifi: { ssid: "${env.FLEET_CLIENT_SECRET}", channels: [1, 6, null] }, on: true };
  const { status, called } = await ran("deploy_configuration", {
    ...{ request_id, tenant_id, deployment_id: "dep-8", device_id: "d-8", configuration, retries: 3, comment: "" },
  });
  expect(status).toBe("done");
  expect(called).toEqual([
    [
      "deployments POST /internal/tenants/acme/deployments/dep-8/devices/d-8",
      { name: "configuration-dep-8", configuration, retries: 3, comment: "" },
    ],
    ["tunnel POST /internal/tenants/acme/devices/d-8/check-update", ""],
  ]);
});

test("renew_device_key sends the workers' secret where the definition says, and shows it nowhere", async () => {
  const { status, called, calls, text } = await ran("renew_device_key", { request_id, tenant_id, device_id: "d-9" });
  expect(status).toBe("done");
  expect(called).toEqual([
    ["identity POST /keys", "tenant=acme&device=d-9&client_secret=client+secret+%26+9876"],
    ["tunnel PUT /internal/tenants/acme/devices/d-9/key", { key: "k-1", algorithm: "ed25519" }],
  ]);
  expect(calls[1]?.headers["x-fleet-secret"]).toBe(secrets.FLEET_CLIENT_SECRET);
  expect(text).not.toMatch(/secret.{1,7}9876/);
  expect(text).toContain("client_secret=***");
});

test("attach_support_notes sends a multipart form", async () => {
  const { status, calls, text } = await ran("attach_support_notes", {
    ...{ case_id: "c 1", device_id: "d-10", notes: 'first "line"\nsecond' },
  });
  expect(status).toBe("done");
  const [call] = calls;
  expect(call).toMatchObject({ service: "support", path: "/cases/c%201/notes" });
  expect(readForm(call?.headers["content-type"] ?? "", call?.body ?? "")).toEqual([
    ["device", "d-10"],
    ["author", "operator"],
    ["notes of d-10", 'first "line"\nsecond'],
  ]);
  expect(text).not.toContain("second");
});

test("issue_device_label runs a command, and the print service gets what it said", async () => {
  const { status, called, tasks } = await ran("issue_device_label", { device_id: "d-11", serial: 42 });
  expect([status, tasks]).toEqual(["done", ["make_label", "print_label"]]);
  expect(called).toEqual([["print POST /labels", { text: "d-11/000042", copies: 2 }]]);
});
