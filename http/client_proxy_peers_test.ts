import assert from "node:assert/strict";
import { makeAuthority } from "../internal/certs_for_tests.ts";
import {
  accepting,
  freePort,
  type Program,
  programTest,
  startProgram,
} from "../internal/programs_for_tests.ts";
import { newContext, Registry, runInContext } from "../metrics/mod.ts";
import { type Seen, startOrigin } from "./_origin_for_tests.ts";
import { Client } from "./mod.ts";

const authority = await makeAuthority();
const leaf = await authority.issue(["DNS:localhost", "IP:127.0.0.1"]);
const tls = { caCerts: [authority.cert] };

function startTinyproxy(port: number): Promise<Program> {
  const conf = `Port ${port}\nListen 127.0.0.1\nTimeout 20\nBasicAuth alice secret\n`;
  const command = 'exec tinyproxy -d -c "$0/tinyproxy.conf"';
  return startProgram(command, { "tinyproxy.conf": conf }, () => accepting(port));
}

const BASIC = `auth_param basic program /bin/bash $FOLDER/auth.sh
auth_param basic children 1`;
const DIGEST = `auth_param digest program /usr/lib/squid/digest_file_auth $FOLDER/users
auth_param digest children 1
auth_param digest realm squid`;

/** @param auth its lines about authentication */
function startSquid(port: number, auth = BASIC): Promise<Program> {
  const conf = `http_port 127.0.0.1:${port}
${auth}
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
  const check = `while read -r pair; do
  if [ "$pair" = "alice secret" ]; then echo OK; else echo ERR; fi
done
`;
  return startProgram(
    'chmod 755 "$0"; touch "$0/cache.log"; chmod 666 "$0"/*; exec squid -N -f "$0/squid.conf"',
    { "squid.conf": conf, "auth.sh": check, "users": "alice:secret\n" },
    () => accepting(port),
  );
}

async function throughRealProxy(port: number): Promise<void> {
  await using plain = startOrigin();
  await using secure = startOrigin(leaf);
  await using client = new Client({ tls, proxy: `http://alice:secret@127.0.0.1:${port}` });
  for (const url of [`http://127.0.0.1:${plain.port}`, `https://localhost:${secure.port}`]) {
    for (const size of [0, 1, 100_000]) {
      // Not POST, which isn't sent again when the proxy closes the connection it could have gone over.
      const response = await client.put(`${url}/p?q=1`, { body: "x".repeat(size) });
      assert.equal(response.status, 200, response.error?.message ?? await response.text());
      const { path, headers, body } = await response.json() as Seen;
      assert.deepEqual([path, body.length], ["/p?q=1", size]);
      assert.equal(headers["proxy-authorization"], undefined);
    }
    const responses = await Promise.all(
      Array.from({ length: 10 }, (_, i) => client.get(`${url}/${i}`)),
    );
    assert.deepEqual(new Set(responses.map(({ status }) => status)), new Set([200]));
  }
  const to = encodeURIComponent(`https://localhost:${secure.port}/there`);
  const moved = await client.get(`http://127.0.0.1:${plain.port}/?to=${to}`);
  assert.equal((await moved.json() as Seen).path, "/there", "from forwarding to a tunnel");
  await using stranger = new Client({ tls, proxy: `http://127.0.0.1:${port}` });
  assert.equal((await stranger.get(`http://127.0.0.1:${plain.port}/`)).status, 407);
  const refused = await stranger.get(`https://localhost:${secure.port}/`);
  assert.equal(refused.error?.code, "proxy_auth");
}

await programTest(["squid"], "squid forwards http: and tunnels https:", async () => {
  const port = freePort();
  await using _squid = await startSquid(port);
  await throughRealProxy(port);
});

await programTest(["squid"], "squid's digest is answered by tunnels, and remembered", async () => {
  const port = freePort();
  await using _squid = await startSquid(port, DIGEST);
  await using secure = startOrigin(leaf);
  const registry = new Registry();
  await runInContext(newContext(registry), async () => {
    const proxy = `http://alice:secret@127.0.0.1:${port}`;
    await using client = new Client({ tls, proxy, version: 1.1, noConnectionReuse: true });
    for (let i = 0; i < 3; i++) {
      const response = await client.get(`https://localhost:${secure.port}/${i}`);
      assert.equal(response.status, 200, response.error?.message);
      assert.equal((await response.json() as Seen).path, `/${i}`);
    }
  });
  assert.deepEqual(registry.select("net_sockets"), { type: "counter", total: 3 });
  // The first one was refused once, with the challenge that the others begin with.
  assert.deepEqual(registry.select("net_errors"), { type: "counter", total: 1 });
  for (const proxy of [`http://alice:wrong@127.0.0.1:${port}`, `127.0.0.1:${port}`]) {
    await using client = new Client({ tls, proxy });
    const refused = await client.get(`https://localhost:${secure.port}/`);
    assert.equal(refused.error?.code, "proxy_auth");
    assert.ok(!refused.error.message.includes("wrong"), refused.error.message);
  }
});

await programTest(["tinyproxy"], "tinyproxy forwards http: and tunnels https:", async () => {
  const port = freePort();
  await using _tinyproxy = await startTinyproxy(port);
  await throughRealProxy(port);
});
