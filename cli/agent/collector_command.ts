import { resolve } from "node:path";
import { describeError, OptionError } from "../../internal/mod.ts";
import { type CollectorStore, startCollector } from "../../agent/mod.ts";
import { type Host, writeQuietly } from "../host.ts";
import { requirePermissions } from "./needs.ts";
import type { CollectorFlags } from "./options.ts";
import { COLLECTOR_TOKEN, tokenOf } from "./tokens.ts";
import { hostAndPort } from "../values.ts";
import { serverSecurity } from "./values.ts";

const LISTEN = "127.0.0.1:8082";
const DATA = "/var/lib/downpour-collector";

/** `downpour collector`: takes results until a signal comes; its address is all on standard output. */
export async function collectorCommand(flags: CollectorFlags, host: Host): Promise<number> {
  const { promise: signalled, resolve: end } = Promise.withResolvers<void>();
  const removeSignals = host.onSignal(end); // Before it starts: it must not outlive a signal.
  const say = (text: string) => {
    if (flags.quiet !== true) writeQuietly(host, `downpour: ${text}\n`);
  };
  try {
    const store = storeOf(flags, host);
    const address = hostAndPort("--listen", flags.listen ?? LISTEN);
    const security = await serverSecurity(flags);
    await requirePermissions("collector", "agent", [
      { permission: { name: "net" }, flag: "--allow-net", why: "to serve, and to reach InfluxDB" },
      ...(store.kind !== "files" ? [] : [
        ...(["read", "write"] as const).map((name) => ({
          permission: { name, path: store.folder },
          flag: `--allow-${name}=${store.folder}`,
          why: "for results",
        })),
      ]),
    ]);
    const token = await tokenOf(host, "--token-file", flags.tokenFile, COLLECTOR_TOKEN);
    await using collector = startCollector({
      ...{ address, store },
      security: { ...security, token },
      onError: (error) => say(`internal error: ${describeError(error)}`),
    });
    host.write("stdout", `${collector.url}\n`);
    say("GET /jobs/NAME/summary?format=text sums a job up; Ctrl-C ends the collector");
    await signalled;
  } finally {
    removeSignals();
  }
  return 0;
}

function storeOf({ data, influxdb }: CollectorFlags, host: Host): CollectorStore {
  if (influxdb === undefined) return { kind: "files", folder: resolve(data ?? DATA) };
  if (data !== undefined) {
    throw new OptionError("--influxdb", "--data and --influxdb exclude each other: give one");
  }
  const name = host.env("K6_INFLUXDB_USERNAME") || undefined;
  const password = host.env("K6_INFLUXDB_PASSWORD") ?? "";
  return {
    kind: "influxdb",
    url: influxdb,
    ...(name === undefined ? {} : { user: { name, password } }),
  };
}
