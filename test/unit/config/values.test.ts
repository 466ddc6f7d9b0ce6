import fc from "fast-check";
import { expect, test } from "vitest";
import { formatByteSize, parseByteSize } from "../../../src/config/values/byte-size.ts";
import { formatDuration, parseDuration } from "../../../src/config/values/duration.ts";
import { parseListenAddress } from "../../../src/config/values/listen-address.ts";
import { boolean } from "../../../src/config/values/scalars.ts";

test.each([
  ["15s", 15_000],
  ["500ms", 500],
  ["24h", 86_400_000],
  ["30d", 2_592_000_000],
  ["1h30m", 5_400_000],
  ["1.5s", 1500],
  ["15", 15_000],
  ["0.5", 500],
  ["0", 0],
  [" 5S ", 5000],
])("the duration %s", (written, durationMs) => {
  expect(parseDuration(written)).toBe(durationMs);
});

test.each(["", "s", "5 s", "-5s", "5x", "1s5", "1e3", "0x10", "five", "5s,"])("no duration: %j", (written) => {
  expect(parseDuration(written)).toBeUndefined();
});

test("a duration that was formatted is read back", () => {
  fc.assert(fc.property(fc.nat(), (durationMs) => parseDuration(formatDuration(durationMs)) === durationMs));
});

test.each([
  ["1MiB", 1_048_576],
  ["500kB", 500_000],
  ["1.5KiB", 1536],
  ["2 GB", 2_000_000_000],
  ["1024", 1024],
  ["7b", 7],
])("the size %s", (written, bytes) => {
  expect(parseByteSize(written)).toBe(bytes);
});

test.each(["", "1K", "MiB", "-1", "1.5", "1TiB", "0.3KiB"])("no size: %j", (written) => {
  expect(parseByteSize(written)).toBeUndefined();
});

test("a size that was formatted is read back", () => {
  fc.assert(fc.property(fc.nat(), (bytes) => parseByteSize(String(formatByteSize(bytes))) === bytes));
});

test.each([
  ["127.0.0.1:8080", "127.0.0.1", 8080],
  ["localhost:0", "localhost", 0],
  ["[::1]:65535", "::1", 65_535],
  ["my-host.example:80", "my-host.example", 80],
])("the address %s", (written, host, port) => {
  expect(parseListenAddress(written)).toEqual({ host, port, written });
});

test("an address without a host is every interface", () => {
  expect(["::", "0.0.0.0"]).toContain(parseListenAddress(":8080")?.host);
});

test.each([
  "",
  "8080",
  "host",
  "host:",
  "host:x",
  "host:65536",
  "::1:80",
  "[127.0.0.1]:80",
  "http://h:80",
  "a b:80",
  "-:80",
])("no address: %j", (written) => {
  expect(parseListenAddress(written)).toBeUndefined();
});

test.each(["true", "True", "yes", "on", "1", true, 1])("true: %j", (value) => {
  expect(boolean.parse({ value })).toEqual({ ok: true, value: true });
});

test.each(["", "y", "2", "enabled", [true], null])("no boolean: %j", (value) => {
  expect(boolean.parse({ value }).ok).toBe(false);
});
