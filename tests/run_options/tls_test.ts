import assert from "node:assert/strict";
import { Client } from "@downpour/downpour/http";
import { TCP } from "@downpour/downpour/net";
import { createPrivateKey } from "node:crypto";
import { type Authority, makeAuthority, makeSelfSigned } from "../../internal/certs_for_tests.ts";
import {
  accepting,
  freePort,
  programTest,
  startProgram,
} from "../../internal/programs_for_tests.ts";
import { ask, forEachClient, runWith, startMirror } from "./_run_for_tests.ts";

const selfSigned = await makeSelfSigned("elsewhere.test");

forEachClient("insecureSkipTLSVerify: any certificate is taken", async (client) => {
  await using mirror = startMirror(selfSigned);
  const url = `https://localhost:${mirror.port}/`;
  const [refused] = await ask(client, {}, [url]);
  assert.equal(refused!.code, 1310, refused!.message);
  const [taken] = await ask(client, { insecureSkipTLSVerify: true }, [url]);
  assert.equal(taken!.status, 200, taken!.message);
});

forEachClient("tlsVersion: only versions within it are offered", async (client) => {
  await using mirror = startMirror(selfSigned);
  for (const version of ["tls1.2", "tls1.3"]) {
    const options = { insecureSkipTLSVerify: true, tlsVersion: version };
    const answers = await ask(client, options, [`https://localhost:${mirror.port}/`]);
    assert.deepEqual(answers.map(({ tls }) => tls), [version]);
  }
});

forEachClient(
  "tlsCipherSuites: another suite than those fails the handshake by its name",
  async (client) => {
    await using mirror = startMirror(selfSigned);
    const url = `https://localhost:${mirror.port}/`;
    const insecure = { insecureSkipTLSVerify: true, tlsVersion: "tls1.3" };
    const suites = [
      "TLS_AES_256_GCM_SHA384",
      "TLS_AES_128_GCM_SHA256",
      "TLS_CHACHA20_POLY1305_SHA256",
    ];
    const answers = [];
    for (const suite of suites) {
      answers.push(...await ask(client, { ...insecure, tlsCipherSuites: [suite] }, [url]));
    }
    // The server chooses one of the three, which the runtime always offers.
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    const [failed] = answers.filter(({ status }) => status === 0);
    assert.equal(failed!.code, 1300);
    assert.match(failed!.message, /TLS_/);
  },
);

Deno.test("tlsCipherSuites: a suite that the runtime doesn't have is refused before the load", async () => {
  const options = { tlsCipherSuites: ["TLS_AES_128_GCM_SHA265"] };
  await assert.rejects(
    () => runWith(options, () => {}),
    /tlsCipherSuites: tls.ciphers\[0\] "TLS_AES_128_GCM_SHA265" .*did you mean TLS_AES_128_GCM_SHA256/,
  );
});

Deno.test("hosts keep the name for TLS; a client's own options go before the run's", async () => {
  const authority = await makeAuthority();
  await using mirror = startMirror(await authority.issue(["DNS:shop.test"]));
  const answers: [number, string | null][] = [];
  const options = { hosts: { "*.test": `127.0.0.1:${mirror.port}` }, tlsVersion: "tls1.2" };
  await runWith(options, async () => {
    const tls = { caCerts: [authority.cert] };
    for (const own of [tls, { ...tls, minVersion: "TLSv1.3" as const }]) {
      const client = new Client({ tls: own });
      for (const host of ["shop.test", "other.test"]) {
        const { errorCode, tlsVersion } = await client.get(`https://${host}/`);
        answers.push([errorCode, tlsVersion]);
      }
      client.close();
    }
  });
  assert.deepEqual(answers, [[0, "TLSv1.2"], [1311, null], [0, "TLSv1.3"], [1311, null]]);
});

Deno.test("raw sockets follow the run's options of TLS", async () => {
  await using mirror = startMirror(selfSigned);
  const versions: unknown[] = [];
  await runWith({ insecureSkipTLSVerify: true, tlsVersion: "tls1.2" }, async () => {
    const address = `localhost:${mirror.port}`;
    await using whole = await TCP.open(address, { tls: true });
    await using later = await TCP.open(address);
    versions.push(whole.tls?.version, (await later.startTls()).version);
  });
  assert.deepEqual(versions, ["TLSv1.2", "TLSv1.2"]);
});

const PASSWORD = "open sesame";

async function startNginx(authority: Authority) {
  const leaf = await authority.issue(["DNS:localhost", "DNS:*.inside.test"]);
  const port = freePort();
  const temps = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${name};`).join(" ");
  const conf = `daemon off; pid pid; error_log error.log; worker_processes 1;
events { worker_connections 64; }
http {
  access_log off; ${temps}
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate leaf.pem; ssl_certificate_key leaf.key;
    ssl_client_certificate ca.pem; ssl_verify_client optional;
    location / { return 200 "$ssl_client_verify $ssl_client_s_dn"; }
  }
}
`;
  const program = await startProgram(
    'exec nginx -p "$0" -c "$0/nginx.conf"',
    { "nginx.conf": conf, "leaf.pem": leaf.cert, "leaf.key": leaf.key, "ca.pem": authority.cert },
    () => accepting(port),
  );
  return { port, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}

await programTest(
  ["nginx"],
  "tlsAuth: nginx is shown the certificate that is for its name",
  async () => {
    const authority = await makeAuthority();
    await using nginx = await startNginx(authority);
    const client = await authority.issue(["DNS:user"]);
    const locked = createPrivateKey(client.key)
      .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: PASSWORD });
    const auth = { cert: client.cert, key: String(locked), password: PASSWORD };
    const options = {
      insecureSkipTLSVerify: true,
      hosts: { "*.inside.test": "127.0.0.1" },
      tlsAuth: [{ ...auth, domains: ["*.inside.test"] }],
    };
    const urls = ["localhost", "a.inside.test"].map((host) => `https://${host}:${nginx.port}/`);
    for (const name of ["Client", "fetch", "k6/http"]) {
      const answers = await ask(name, options, urls);
      assert.deepEqual(answers.map(({ body }) => body), ["NONE ", "SUCCESS CN=leaf"], name);
    }
    const wrong = { ...options, tlsAuth: [{ ...auth, password: "guessed" }] };
    const [failed] = await ask("Client", wrong, urls);
    assert.match(failed!.message, /tlsAuth\[0\]\.password doesn't open the key beside it/);
    assert.doesNotMatch(failed!.message, /guessed/);
  },
);
