import assert from "node:assert/strict";
import { writeAll } from "../_io.ts";
import {
  accepting,
  freePort,
  programTest,
  startProgram,
} from "../../internal/programs_for_tests.ts";
import { OptionError } from "../../internal/mod.ts";
import { bytes, isNetError, text } from "../_sockets_for_tests.ts";
import type { Secured, TlsOptions } from "./options.ts";
import { tlsReason } from "./reasons.ts";
import {
  closeQuietly,
  readExactly,
  readToEnd,
  secure,
  testCertificates,
} from "./_tls_for_tests.ts";

// OpenSSL and nginx as servers: they can be told what Deno's server can't.

const { authority, server, client } = await testCertificates();
const caCerts = [authority.cert];
const node: TlsOptions = { caCerts, details: true };
const files = {
  "ca.pem": authority.cert,
  "cert.pem": server.cert,
  "key.pem": server.key,
};

/** OpenSSL's test server. With `-rev` it answers each line with its reverse. */
async function openssl(options: string, use: (port: number) => Promise<void>): Promise<void> {
  const port = freePort();
  const command = `cd "$0" && exec openssl s_server -accept 127.0.0.1:${port} ` +
    `-cert cert.pem -key key.pem -CAfile ca.pem ${options}`;
  await using _program = await startProgram(command, files, async (program) => {
    return (await program.output()).includes("ACCEPT");
  });
  await use(port);
}

async function reversed({ conn }: Secured, line: string): Promise<void> {
  await writeAll(conn, bytes(`${line}\n`));
  const answer = text(await readExactly(conn, line.length + 1));
  assert.equal(answer, `${[...line].reverse().join("")}\n`);
}

const test = (name: string, fn: () => Promise<void>) => programTest(["openssl"], name, fn);

await test("s_server: TLS 1.2 alone and 1.3 alone are spoken by both engines", async () => {
  for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
    await openssl(version === "TLSv1.2" ? "-rev -tls1_2" : "-rev -tls1_3", async (port) => {
      for (const options of [{ caCerts }, node]) {
        const secured = await secure(port, options);
        assert.equal(secured.info.version, secured.info.engine === "node" ? version : null);
        await reversed(secured, "hello");
        secured.conn.close();
      }
    });
  }
});

await test("s_server: no version in common fails and says so", async () => {
  const expected = isNetError("tls_failed", "tls", /none of the versions offered: see minVersion/);
  await openssl("-rev -tls1_2", async (port) => {
    await assert.rejects(secure(port, { caCerts, minVersion: "TLSv1.3" }), expected);
    const { conn, info } = await secure(port, { caCerts, maxVersion: "TLSv1.2" });
    assert.equal(info.version, "TLSv1.2");
    conn.close();
  });
  await openssl("-rev -tls1_3", async (port) => {
    await assert.rejects(secure(port, { caCerts, maxVersion: "TLSv1.2" }), expected);
    const { conn, info } = await secure(port, { caCerts, minVersion: "TLSv1.3" });
    assert.equal(info.version, "TLSv1.3");
    conn.close();
  });
});

await test("s_server: details tell version, cipher and certificate", async () => {
  await openssl("-rev -alpn h2", async (port) => {
    const { conn, info } = await secure(port, { ...node, alpn: ["h2", "http/1.1"] });
    const { peerCertificate: certificate, ...rest } = info;
    assert.deepEqual(rest, {
      alpn: "h2",
      serverName: "localhost",
      version: "TLSv1.3",
      cipher: "TLS_AES_256_GCM_SHA384",
      session: null,
      resumed: false,
      engine: "node",
    });
    assert.ok(certificate !== null);
    assert.equal(certificate.subject, "CN=leaf");
    assert.equal(certificate.issuer, "CN=test authority");
    const names = ["DNS:localhost", "DNS:*.example.test", "IP:127.0.0.1", "IP:::1"];
    assert.deepEqual(certificate.subjectAltNames, names);
    assert.equal(certificate.validTo.getTime() - certificate.validFrom.getTime(), 2 * 86_400_000);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", certificate.raw.slice()));
    const hex = [...digest].map((byte) => byte.toString(16).padStart(2, "0").toUpperCase());
    assert.equal(certificate.fingerprint256, hex.join(":"));
    conn.close();
  });
});

await test("s_server: a cipher suite that isn't listed is never used in silence", async () => {
  const only128 = ["TLS_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256"];
  await openssl("-rev", async (port) => {
    await assert.rejects(
      secure(port, { caCerts, ciphers: only128 }),
      isNetError("tls_failed", "tls", /the server chose TLS_AES_256_GCM_SHA384, which ciphers/),
    );
  });
  await openssl("-rev -ciphersuites TLS_AES_128_GCM_SHA256", async (port) => {
    const { conn, info } = await secure(port, { caCerts, ciphers: only128 });
    assert.equal(info.cipher, "TLS_AES_128_GCM_SHA256");
    conn.close();
  });
  await openssl("-rev -tls1_2 -cipher ECDHE-ECDSA-AES256-GCM-SHA384", async (port) => {
    await assert.rejects(
      secure(port, { caCerts, ciphers: only128 }),
      isNetError("tls_failed", "tls", /chose TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384/),
    );
    const { conn } = await secure(port, { caCerts, ciphers: ["ECDHE-ECDSA-AES256-GCM-SHA384"] });
    conn.close();
  });
  // Suites of TLS 1.2 alone: 1.3 isn't offered at all.
  await openssl("-rev", async (port) => {
    const { conn, info } = await secure(port, {
      caCerts,
      ciphers: ["ECDHE-ECDSA-AES256-GCM-SHA384"],
    });
    assert.equal(info.version, "TLSv1.2");
    conn.close();
  });
});

await test("s_server: no cipher suite in common fails", async () => {
  await openssl("-rev -tls1_2 -cipher ECDHE-ECDSA-AES128-SHA256", async (port) => {
    const expected = isNetError(
      "tls_failed",
      "tls",
      /no cipher suite .* \(alert HandshakeFailure\)$/,
    );
    for (const options of [{ caCerts }, node]) {
      await assert.rejects(secure(port, options), expected);
    }
  });
});

await test("s_server: a session is not resumed, and nothing says that it was", async () => {
  const warnings = await warningsOf(() =>
    openssl("-www", async (port) => {
      for (let i = 0; i < 3; i++) {
        const { conn, info } = await secure(port, { caCerts, session: bytes("any") });
        assert.equal(info.resumed, false);
        assert.equal(info.session, null);
        await writeAll(conn, bytes("GET / HTTP/1.0\r\n\r\n"));
        const page = text(await readToEnd(conn).catch(() => null)) ?? "";
        assert.match(page, /^New, TLSv1\.3/m, "what the server thinks of it");
        closeQuietly(conn);
      }
    })
  );
  assert.equal(warnings.length, 1);
  assert.match(warnings[0]!, /resumes no TLS sessions/);
});

await test("s_server: a client certificate that is asked for is given", async () => {
  await openssl("-rev -Verify 1 -verify_return_error", async (port) => {
    const secured = await secure(port, { caCerts, ...client });
    assert.equal(secured.info.engine, "node");
    await reversed(secured, "trusted");
    secured.conn.close();
    const asBytes = { cert: bytes(client.cert), key: bytes(client.key) };
    const second = await secure(port, { caCerts, ...asBytes });
    await reversed(second, "again");
    second.conn.close();
  });
});

await test("s_server: a client certificate that is missing is named", async () => {
  await openssl("-rev -tls1_2 -Verify 1 -verify_return_error", async (port) => {
    for (const options of [{ caCerts }, node]) {
      await assert.rejects(secure(port, options), isNetError("tls_failed", "tls", /cert and key/));
    }
  });
  // TLS 1.3: the client is done before the server has looked, so the first read tells.
  await openssl("-rev -tls1_3 -Verify 1 -verify_return_error", async (port) => {
    for (const options of [{ caCerts }, node]) {
      const { conn } = await secure(port, options);
      await assert.rejects(conn.read(new Uint8Array(8)), (error) => {
        const [code, reason] = tlsReason(error) ?? [];
        assert.equal(code, "tls_failed", String(error));
        assert.match(reason ?? "", /wants a client certificate: give cert and key/);
        return true;
      });
      conn.close();
    }
  });
});

await test("s_server: a key that isn't the certificate's is found before the handshake", async () => {
  await openssl("-rev", async (port) => {
    await assert.rejects(
      secure(port, { caCerts, cert: client.cert, key: server.key }),
      (error) => error instanceof OptionError && error.option === "tls.key",
    );
  });
});

await test("s_server: insecureSkipVerify takes any certificate and warns once", async () => {
  const warnings = await warningsOf(() =>
    openssl("-rev", async (port) => {
      for (const host of ["wrong.test", "10.0.0.1"]) {
        const secured = await secure(port, { insecureSkipVerify: true }, host);
        assert.deepEqual(secured.info.peerCertificate?.subject, "CN=leaf");
        await reversed(secured, "hello");
        secured.conn.close();
      }
    })
  );
  assert.equal(warnings.length, 1);
  assert.match(warnings[0]!, /insecureSkipVerify is on: servers are not verified/);
});

await test("s_server: the name is sent as SNI, an address is not", async () => {
  await openssl(
    "-rev -servername localhost -servername_fatal -cert2 cert.pem -key2 key.pem",
    async (port) => {
      for (const options of [{ caCerts }, node]) {
        const secured = await secure(port, options);
        await reversed(secured, "named");
        secured.conn.close();
        await assert.rejects(
          secure(port, options, "a.example.test"),
          isNetError("tls_failed", "tls", /no site of this name: see serverName/),
        );
        const byAddress = await secure(port, options, "127.0.0.1");
        await reversed(byAddress, "by address");
        byAddress.conn.close();
      }
    },
  );
});

await programTest(["nginx"], "nginx: answers over TLS, and its end is a clean one", async () => {
  const port = freePort();
  const temps = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path $FOLDER/${name};`).join(" ");
  const config = `daemon off; pid $FOLDER/pid; error_log $FOLDER/error.log; worker_processes 1;
events { worker_connections 64; }
http { access_log off; ${temps}
  server { listen 127.0.0.1:${port} ssl; server_name localhost;
    ssl_certificate $FOLDER/cert.pem; ssl_certificate_key $FOLDER/key.pem;
    ssl_protocols TLSv1.2 TLSv1.3; ssl_client_certificate $FOLDER/ca.pem; ssl_verify_client optional;
    location / { return 200 "$ssl_protocol $ssl_client_verify $ssl_server_name"; } } }`;
  const command = `exec nginx -p "$0" -c "$0/nginx.conf"`;
  const all = { ...files, "nginx.conf": config };
  await using _program = await startProgram(command, all, () => accepting(port));
  const cases: [TlsOptions, string][] = [
    [{ caCerts }, "TLSv1.3 NONE localhost"],
    [node, "TLSv1.3 NONE localhost"],
    [{ caCerts, maxVersion: "TLSv1.2" }, "TLSv1.2 NONE localhost"],
    [{ caCerts, ...client }, "TLSv1.3 SUCCESS localhost"],
  ];
  for (const [options, expected] of cases) {
    const { conn } = await secure(port, options);
    await writeAll(conn, bytes("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
    const response = text(await readToEnd(conn)) ?? "";
    assert.equal(response.slice(response.indexOf("\r\n\r\n") + 4), expected);
    closeQuietly(conn);
  }
});

/** What is warned of while `fn` runs. */
async function warningsOf(fn: () => Promise<void>): Promise<string[]> {
  const warnings: string[] = [];
  const { warn } = console;
  console.warn = (message: string) => void warnings.push(message);
  try {
    await fn();
  } finally {
    console.warn = warn;
  }
  return warnings;
}
