import { expect, test } from "vitest";
import { checkService } from "../../../checks/deployment/systemd/service.ts";
import { broken, textOf } from "./broken.ts";

const units = ["deploy/systemd/workflows-server.service", "deploy/systemd/workflows-worker@.service"];
const [server = ""] = units;

test.each(units)("%s is as it must be", (unit) => {
  expect(checkService(unit, textOf(unit))).toEqual([]);
});

test.each([
  ["ExecStart=/usr/local/bin/workflows", "ExecStart=workflows", "ExecStart must be"],
  ["workflows server --automigrate", "workflows servr --automigrate", '"servr" is no service'],
  ["--automigrate", "--auto-migrate", "--auto-migrate"],
  ["--config %d/config.yaml", "--config /etc/workflows/config.yaml", "must be a credential"],
  ["LoadCredential=config.yaml:", "LoadCredential=settings.yaml:", "must be a credential"],
  ["KillSignal=SIGTERM", "KillSignal=SIGKILL", "KillSignal must be"],
  ["TimeoutStopSec=60s", "TimeoutStopSec=45s", "kills after 45000 ms"],
  ["TimeoutStopSec=60s\n", "", "kills after 0 ms"],
  ["RestartPreventExitStatus=2\n", "", "must not be tried for ever"],
  ["DynamicUser=yes", "DynamicUsers=yes", '"DynamicUsers=yes" is nothing'],
  ["[Service]", "[Services]", "in [Services]"],
  ["PrivateDevices=yes", "MemoryDenyWriteExecute=yes", "compiled while it runs"],
])("a unit is refused with %j as %j", (from, to, problem) => {
  expect(checkService(server, broken(textOf(server), from, to)).join("\n")).toContain(problem);
});
