import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect as dial, type Socket } from "node:net";
import { createServer } from "node:tls";
import { type Authority, makeAuthority } from "../internal/certs_for_tests.ts";
import nats, { type NatsTlsOptions } from "./mod.ts";
import { startNatsServer } from "./server/mod.ts";
import { natsTest } from "./server/servers_for_tests.ts";

natsTest("TLS: authority, certificate and key are read from files", async () => {
  const authority = await makeAuthority();
  const client = await authority.issue(["DNS:c"]);
  await using server = await startNatsServer({
    jetStream: false,
    tls: { ...await authority.issue(["IP:127.0.0.1"]), ca: authority.cert },
  });
  const folder = await Deno.makeTempDir();
  const file = async (name: string, text: string): Promise<string> => {
    await Deno.writeTextFile(`${folder}/${name}`, text);
    return `${folder}/${name}`;
  };
  const caFile = await file("ca.pem", authority.cert);
  const certFile = await file("cert.pem", client.cert);
  const keyFile = await file("key.pem", client.key);
  const stranger = await file("stranger.pem", (await makeAuthority("stranger")).cert);
  const connect = (tls: NatsTlsOptions) => nats.connect({ urls: server.url, tls });
  try {
    await using conn = await connect({ caFile, certFile, keyFile });
    await conn.flush();
    await assert.rejects(connect({ caFile }), { errorCode: 1002 });
    await assert.rejects(connect({ caFile: stranger, certFile, keyFile }), /certificate/i);
    await assert.rejects(connect({ caFile, certFile, keyFile: caFile }), { errorCode: 1003 });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

natsTest("TLS: a server below the lowest version is refused by a typed error", async () => {
  const authority = await makeAuthority();
  await using server = await startNatsServer({ jetStream: false });
  await using old = await startRelay(authority, server.port);
  const connect = (minVersion?: string) => {
    const version = minVersion === undefined ? {} : { minVersion };
    const tls = { ca: authority.cert, handshakeFirst: true, ...version };
    return nats.connect({ urls: old.url, tls });
  };
  for (const version of [undefined, "1.2"]) {
    await using conn = await connect(version);
    await conn.flush();
  }
  for (const version of ["1.3", "TLSv1.3"]) {
    await assert.rejects(connect(version), {
      name: "NatsError",
      errorCode: 1002,
      reason: "network",
      message: /none of the versions offered: see minVersion/,
    });
  }
});

/** TLS up to 1.2 before a server without: nats-server itself has no highest version. */
async function startRelay(authority: Authority, port: number) {
  const sockets = new Set<Socket>();
  const kept = <T extends Socket>(socket: T): T => {
    sockets.add(socket.on("error", () => {}));
    return socket;
  };
  const own = await authority.issue(["IP:127.0.0.1"]);
  const relay = createServer({ ...own, maxVersion: "TLSv1.2" }, (client) => {
    kept(client).pipe(kept(dial(port, "127.0.0.1"))).pipe(client);
  });
  relay.listen(0, "127.0.0.1");
  await once(relay, "listening");
  return {
    url: `tls://127.0.0.1:${(relay.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(relay, "close");
      relay.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
