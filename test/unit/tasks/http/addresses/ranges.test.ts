import { expect, test } from "vitest";
import { refusalOf } from "../../../../../src/tasks/http/address.ts";

test.for(
  [
    ["1.0.0.0", "169.253.255.255", "169.255.0.0", "223.255.255.255", "100.100.100.199", "100.100.100.201"],
    ["168.63.129.15", "168.63.129.17", "192.0.1.0", "8.8.8.8", "127.0.0.1", "10.0.0.1"],
    ["::1", "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::808:808", "64:ff9b:1::808:808", "2002:808:808::1"],
    ["2001:4860:4860::8888", "fe7f::1", "fec0::1", "fc00::1", "fd00:ec3::254", "2001:0:808:808::f7f7:f7f7"],
    ["2001:db8::5efe:8.8.8.8", "::ffff:127.0.0.1"],
  ].flat(),
)("%s may be called", (address) => {
  expect(refusalOf(address, false)).toBeUndefined();
});

test.for(
  [
    ["126.255.255.255", "128.0.0.0", "9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255"],
    ["192.169.0.0", "100.63.255.255", "100.128.0.0", "198.17.255.255", "198.20.0.0", "8.8.8.8"],
    ["2001:4860:4860::8888", "fbff::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "64:ff9b:1::808:808", "2002:808:808::1"],
  ].flat(),
)("%s may be called where private addresses are refused", (address) => {
  expect(refusalOf(address, true)).toBeUndefined();
});

test.for([
  ["169.254.169.254", "address of a cloud's metadata service"],
  ["169.254.1.1", "link-local address"],
  ["fe80::1%eth0", "link-local address"],
  ["::ffff:169.254.1.1", "link-local address, written as IPv6"],
  ["255.255.255.255", "broadcast address"],
  ["ff02::1", "multicast address"],
  ["0.0.0.0", "unspecified address"],
] as const)("%s is refused as %s", ([address, reason]) => {
  expect(refusalOf(address, false)).toBe(reason);
});
