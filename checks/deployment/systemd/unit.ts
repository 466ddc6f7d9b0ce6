export interface Unit {
  /** By section and key; a key may be given several times. */
  all(section: string, key: string): string[];
  one(section: string, key: string): string | undefined;
  readonly problems: readonly string[];
}

/** Keys that our units use; systemd-analyze, where it is, knows the others. */
const known: Readonly<Record<string, string>> = {
  Unit: "Description Documentation Wants After StartLimitIntervalSec",
  Service:
    "Type LoadCredential EnvironmentFile ExecStart Restart RestartSec RestartPreventExitStatus KillSignal KillMode TimeoutStopSec DynamicUser UMask LimitNOFILE CapabilityBoundingSet NoNewPrivileges ProtectSystem ProtectHome PrivateTmp PrivateDevices ProtectClock ProtectControlGroups ProtectHostname ProtectKernelLogs ProtectKernelModules ProtectKernelTunables LockPersonality RestrictNamespaces RestrictRealtime RestrictSUIDSGID RestrictAddressFamilies SystemCallArchitectures SystemCallFilter SystemCallErrorNumber",
  Install: "WantedBy",
};

/** Reads a unit file (systemd.syntax(7)). */
export function readUnit(file: string, text: string): Unit {
  const entries: { section: string; key: string; value: string }[] = [];
  const problems: string[] = [];
  let section = "";
  for (const [index, line] of text.split("\n").entries()) {
    if (/^\s*([#;]|$)/.test(line)) continue;
    const header = /^\[(\w+)\]$/.exec(line)?.[1];
    if (header !== undefined) {
      section = header;
      continue;
    }
    const [, key, value = ""] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (key === undefined || !(known[section] ?? "").split(" ").includes(key))
      problems.push(`${file}:${index + 1}: "${line}" is nothing that we use in [${section}]`);
    else entries.push({ section, key, value: value.trim() });
  }
  const all = (of: string, key: string) =>
    entries.filter((entry) => entry.section === of && entry.key === key).map(({ value }) => value);
  return { all, one: (of, key) => all(of, key).at(-1), problems };
}
