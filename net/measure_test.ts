import assert from "node:assert/strict";
import { closeOwned, newContext, Registry, runInContext } from "../metrics/mod.ts";
import { bytes } from "./_sockets_for_tests.ts";
import { IPC } from "./ipc.ts";
import { TCP } from "./tcp.ts";
import { UDP } from "./udp/udp.ts";

function total(registry: Registry, metric: string, where: Record<string, string>): number {
  const found = registry.select(metric, where);
  return found?.type === "counter"
    ? found.total
    : found?.type === "trend"
    ? found.histogram.count
    : 0;
}

Deno.test("opening is recorded with the kind of socket and the tags of the place", async () => {
  await using tcp = TCP.listen();
  await using ipc = IPC.listen();
  const registry = new Registry();
  const context = newContext(registry, registry.tags.with("scenario", "a"));
  await runInContext(context, async () => {
    const port = tcp.address.split(":")[1];
    await TCP.open(tcp.address);
    await TCP.open(`localhost:${port}`, { ipVersion: 4 });
    await IPC.open(ipc.address);
    const udp = await UDP.open("127.0.0.1:9");
    await udp.write(bytes("12345"));
  });
  const counts = ["tcp", "ipc", "udp"].map((kind) => {
    const where = { kind, scenario: "a" };
    return [
      total(registry, "net_sockets", where),
      total(registry, "net_connecting", where),
      total(registry, "net_lookup", where),
      total(registry, "net_tls_handshaking", where),
    ];
  });
  assert.deepEqual(counts, [[2, 2, 1, 0], [1, 1, 0, 0], [1, 1, 0, 0]]);
  assert.equal(context.io.of("udp").sent, 5);
  closeOwned(context);
});

Deno.test("a failure has its phase, code and k6's number as tags", async () => {
  const registry = new Registry();
  const server = TCP.listen();
  server.close();
  await runInContext(newContext(registry), async () => {
    await TCP.open(server.address).catch(() => {});
    await TCP.open("x.invalid:1", { lookup: () => null }).catch(() => {});
    await IPC.open(`${await Deno.makeTempDir()}/no-such.sock`).catch(() => {});
  });
  const rows: [Record<string, string>, number][] = [
    [{ kind: "tcp", phase: "connect", error: "connection_refused", error_code: "1212" }, 1],
    [{ kind: "tcp", phase: "lookup", error: "dns_not_found", error_code: "1101" }, 1],
    [{ kind: "ipc", phase: "connect", error: "path_not_found", error_code: "1213" }, 1],
  ];
  for (const [where, expected] of rows) {
    assert.equal(total(registry, "net_errors", where), expected, JSON.stringify(where));
  }
});

Deno.test("a server's sockets are no load and count for nobody", async () => {
  const registry = new Registry();
  await runInContext(newContext(registry), async () => {
    await using server = TCP.listen();
    const [client, peer] = await Promise.all([TCP.open(server.address), server.accept()]);
    client.close();
    await peer!.read();
    peer!.close();
  });
  assert.equal(total(registry, "net_sockets", {}), 1);
});
