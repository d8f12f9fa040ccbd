import assert from "node:assert/strict";
import { makeAuthority } from "../../internal/certs_for_tests.ts";
import {
  accepting,
  freePort,
  type Program,
  programTest,
  startProgram,
} from "../../internal/programs_for_tests.ts";
import { isNetError } from "../_sockets_for_tests.ts";
import type { Conn } from "../conn.ts";
import { TCP } from "../tcp.ts";
import type { ProxyOption } from "./options.ts";
import { tunnelOver } from "./_scripted_for_tests.ts";
import { assertEchoes, startOrigin } from "./_servers_for_tests.ts";

const SENT = "0123456789abcdef".repeat(1000);
const connect = (port: number) => Deno.connect({ hostname: "127.0.0.1", port });

/** Asserts that a tunnel works and lets the origin hear nothing but what goes through it. */
async function assertTunnels(
  conn: Conn,
  option: ProxyOption,
  host: string = "127.0.0.1",
): Promise<void> {
  await using origin = startOrigin();
  await assertEchoes(await tunnelOver(conn, option, { host, port: origin.port }));
  assert.equal(origin.heard, SENT);
}

function startTinyproxy(port: number): Promise<Program> {
  const conf = `Port ${port}
Listen 127.0.0.1
Timeout 20
BasicAuth alice secret
`;
  return startProgram(
    'exec tinyproxy -d -c "$0/tinyproxy.conf"',
    { "tinyproxy.conf": conf },
    () => accepting(port),
  );
}

function startSquid(port: number, tlsPort: number, cert: string, key: string): Promise<Program> {
  const conf = `http_port 127.0.0.1:${port}
https_port 127.0.0.1:${tlsPort} tls-cert=$FOLDER/cert.pem tls-key=$FOLDER/key.pem
auth_param basic program /bin/bash $FOLDER/auth.sh
auth_param basic children 1
auth_param basic realm "test, Digest"
acl known proxy_auth REQUIRED
http_access deny !known
http_access allow all
visible_hostname localhost
pid_filename none
cache deny all
access_log none
cache_log $FOLDER/cache.log
coredump_dir none
shutdown_lifetime 0 seconds
`;
  const auth = `while read -r user password; do
  if [ "$user $password" = "alice s%C3%A9cret" ]; then echo OK; else echo ERR; fi
done
`;
  // Started by root, squid becomes somebody else, who has to get at its files.
  return startProgram(
    'chmod 755 "$0"; touch "$0/cache.log"; chmod 666 "$0"/*; exec squid -N -f "$0/squid.conf"',
    { "squid.conf": conf, "auth.sh": auth, "cert.pem": cert, "key.pem": key },
    async () => await accepting(port) && await accepting(tlsPort),
  );
}

function startDante(port: number): Promise<Program> {
  const conf = `logoutput: stderr
internal: 127.0.0.1 port = ${port}
external: 127.0.0.1
user.privileged: root
user.unprivileged: nobody
clientmethod: none
socksmethod: none
client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }
socks block { from: 0.0.0.0/0 to: 127.0.0.9/32 }
socks pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }
`;
  return startProgram(
    'exec danted -f "$0/danted.conf" -p "$0/pid"',
    { "danted.conf": conf },
    () => accepting(port),
  );
}

await programTest(["tinyproxy"], "tinyproxy: CONNECT with Basic credentials", async () => {
  const port = freePort();
  await using _tinyproxy = await startTinyproxy(port);
  const url = `http://alice:secret@127.0.0.1:${port}`;
  await assertTunnels(await connect(port), url);
  await assertTunnels(await connect(port), { url, headers: { "X-Extra": "secret" } }, "localhost");
  await assert.rejects(
    tunnelOver(await connect(port), `127.0.0.1:${port}`),
    isNetError("proxy_auth", "proxy", /asks for credentials \(Basic\)/),
  );
  await assert.rejects(
    tunnelOver(await connect(port), `http://alice:wrong@127.0.0.1:${port}`),
    isNetError("proxy_auth", "proxy"),
  );
  await assert.rejects(
    tunnelOver(await connect(port), url, { host: "127.0.0.1", port: freePort() }),
    isNetError("proxy_refused", "proxy", /the proxy answered 5\d\d /),
  );
});

await programTest(["squid", "openssl"], "squid: CONNECT, plain and in TLS", async () => {
  const [port, tlsPort] = [freePort(), freePort()];
  const authority = await makeAuthority();
  const { cert, key } = await authority.issue(["DNS:localhost"]);
  await using _squid = await startSquid(port, tlsPort, cert, key);
  const secure = async () =>
    await Deno.startTls(await connect(tlsPort), {
      hostname: "localhost",
      caCerts: [authority.cert],
    });
  await assertTunnels(await connect(port), `http://alice:s%C3%A9cret@localhost:${port}`);
  await assertTunnels(await secure(), `https://alice:s%C3%A9cret@localhost:${tlsPort}`);
  await using origin = startOrigin();
  const socket = await TCP.open(`127.0.0.1:${origin.port}`, {
    proxy: {
      url: `https://localhost:${tlsPort}`,
      username: "alice",
      password: "sécret",
      tls: { caCerts: [authority.cert] },
    },
  });
  assert.deepEqual(await socket.read(5), new TextEncoder().encode("hello"));
  socket.close();
  await assert.rejects(
    TCP.open(`127.0.0.1:${origin.port}`, { proxy: `https://localhost:${tlsPort}` }),
    isNetError("tls_certificate", "tls"),
  );
  await assert.rejects(
    tunnelOver(await secure(), `https://localhost:${tlsPort}`),
    isNetError("proxy_auth", "proxy", /\(Basic\)/),
  );
  await assert.rejects(
    tunnelOver(await connect(port), `http://alice:s%C3%A9cret@localhost:${port}`, {
      host: "127.0.0.1",
      port: freePort(),
    }),
    isNetError("proxy_refused", "proxy", /the proxy answered 503 Service Unavailable$/),
  );
});

await programTest(["danted"], "danted: SOCKS5 by address and by name", async () => {
  const port = freePort();
  await using _dante = await startDante(port);
  await assertTunnels(await connect(port), `socks5://127.0.0.1:${port}`);
  await assertTunnels(await connect(port), `socks5h://127.0.0.1:${port}`, "localhost");
  await assertTunnels(await connect(port), `socks5://not:needed@127.0.0.1:${port}`);
  const refused = async (host: string, message: RegExp) =>
    await assert.rejects(
      tunnelOver(await connect(port), `socks5h://127.0.0.1:${port}`, { host, port: freePort() }),
      isNetError("proxy_refused", "proxy", message),
    );
  await refused("127.0.0.1", /: connection refused$/);
  await refused("127.0.0.9", /: its rules don't allow the connection$/);
});
