import assert from "node:assert/strict";
import { exchangeFacts, type ToldSocket } from "./exchange_facts.ts";

const NO_TIME = {
  blocked: 0,
  lookup: 0,
  connecting: 0,
  tls: 0,
  sending: 0.5,
  waiting: 1.25,
  receiving: 0.25,
};

const address = (ip: string, port: number) => ({ ip, port, family: ip.includes(":") ? 6 : 4 });

Deno.test("a log says over what connection, and where the time went", () => {
  const socket = {
    remoteAddress: address("::1", 443),
    localAddress: address("127.0.0.1", 50_000),
    tls: {
      serverName: "a.test",
      version: "TLSv1.3",
      cipher: null,
      alpn: "h2",
      peerCertificate: null,
      session: null,
      resumed: false,
      engine: "deno",
    },
  } as unknown as ToldSocket;
  const made = { ...NO_TIME, blocked: 3, connecting: 2, tls: 1 };
  assert.deepEqual(exchangeFacts(socket, "HTTP/2.0", made), [
    "new connection to [::1]:443 from 127.0.0.1:50000, HTTP/2.0",
    "TLS for a.test TLSv1.3 h2",
    "ms: blocked 3.00, lookup 0.00, connecting 2.00, tls 1.00, sending 0.50, waiting 1.25, " +
    "receiving 0.25; request 2.00",
  ]);
  assert.match(exchangeFacts(socket, "HTTP/1.1", NO_TIME)[0]!, /^reused connection .*HTTP\/1\.1$/);
});

Deno.test("without a connection there are only the times; a Unix socket has no address", () => {
  assert.equal(exchangeFacts(undefined, null, NO_TIME).length, 1);
  const unix = { remoteAddress: null, localAddress: null, tls: null };
  assert.equal(exchangeFacts(unix, null, NO_TIME)[0], "reused connection to a Unix socket");
});
