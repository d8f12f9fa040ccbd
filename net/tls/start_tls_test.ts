import assert from "node:assert/strict";
import { makeAuthority, makeSelfSigned } from "../../internal/certs_for_tests.ts";
import { bytes, isNetError, text } from "../_sockets_for_tests.ts";
import type { TlsOptions } from "./options.ts";
import { startTls } from "./start_tls.ts";
import { writeAll } from "../_io.ts";
import {
  connectTo,
  readExactly,
  readToEnd,
  secure,
  tcpServer,
  testCertificates,
  tlsServer,
} from "./_tls_for_tests.ts";

// What both engines' handshakes must do alike. `details` is what asks for Node's without changing anything else.

const { authority, server } = await testCertificates();
const caCerts = [authority.cert];

for (const engine of ["deno", "node"] as const) {
  const base: TlsOptions = engine === "deno" ? { caCerts } : { caCerts, details: true };
  const test = (name: string, fn: () => Promise<void>) => Deno.test(`${engine} TLS: ${name}`, fn);

  test("shakes hands, and bytes go both ways", async () => {
    await using peer = tlsServer(server, async (conn) => {
      await writeAll(conn, await readExactly(conn, 4));
    });
    const { conn, info } = await secure(peer.port, base);
    assert.equal(info.engine, engine);
    assert.equal(info.serverName, "localhost");
    assert.equal(info.alpn, null);
    assert.equal(info.resumed, false);
    await writeAll(conn, bytes("ping"));
    assert.equal(text(await readExactly(conn, 4)), "ping");
    conn.close();
  });

  test("takes names with a wildcard, addresses and a name with the root's dot", async () => {
    const hosts = ["a.example.test", "127.0.0.1", "::1", "localhost.", "LOCALHOST"];
    for (const host of hosts) {
      await using peer = tlsServer(server, async (conn) => void await readToEnd(conn));
      const { conn, info } = await secure(peer.port, base, host);
      assert.equal(info.serverName, host === "localhost." ? "localhost" : host);
      await conn.closeWrite();
      assert.equal(await conn.read(new Uint8Array(1)).catch(() => null), null);
      conn.close();
    }
  });

  test("serverName goes before the host", async () => {
    await using peer = tlsServer(server, async () => {});
    const { conn } = await secure(peer.port, { ...base, serverName: "localhost" }, "10.0.0.1");
    conn.close();
  });

  test("ALPN: the server's choice, or null", async () => {
    const cases: [string[], string[], string | null][] = [
      [["h2", "http/1.1"], ["http/1.1"], "http/1.1"],
      [["h2", "http/1.1"], ["h2", "http/1.1"], "h2"],
      [["h2"], [], null],
      [[], ["h2"], null],
    ];
    for (const [offered, spoken, chosen] of cases) {
      await using peer = tlsServer(server, async () => {}, spoken);
      const { conn, info } = await secure(peer.port, { ...base, alpn: offered });
      assert.equal(info.alpn, chosen);
      conn.close();
    }
  });

  test("ALPN: a server that speaks none of it ends the handshake", async () => {
    await using peer = tlsServer(server, async () => {}, ["h2"]);
    const expected = isNetError("tls_failed", "tls", /none of the protocols in alpn/);
    await assert.rejects(secure(peer.port, { ...base, alpn: ["smtp"] }), expected);
  });

  test("a certificate for other names is refused, and they are named", async () => {
    for (const host of ["wrong.test", "127.0.0.2", "a.b.example.test", "example.test"]) {
      await using peer = tlsServer(server, async () => {});
      const expected = isNetError(
        "tls_hostname",
        "tls",
        /^TLS handshake with \S+ failed: the certificate isn't for \S+ but for DNS:localhost, DNS:\*\.example\.test, IP:127\.0\.0\.1, IP:::1: see serverName$/,
      );
      await assert.rejects(secure(peer.port, base, host), expected);
    }
  });

  test("the subject's name doesn't count", async () => {
    const leaf = await authority.issue(["email:leaf@example.test"]); // Its subject is CN=leaf.
    await using peer = tlsServer(leaf, async () => {});
    await assert.rejects(secure(peer.port, base, "leaf"), isNetError("tls_hostname", "tls"));
  });

  test("an unknown authority is refused, and the message says what to do", async () => {
    const other = await makeAuthority("other");
    await using peer = tlsServer(await other.issue(["DNS:localhost"]), async () => {});
    const expected = isNetError("tls_certificate", "tls", /give its authority as caCerts$/);
    await assert.rejects(secure(peer.port, base), expected);
  });

  test("without caCerts a private authority is unknown", async () => {
    await using peer = tlsServer(server, async () => {});
    const { caCerts: _none, ...rest } = base;
    await assert.rejects(secure(peer.port, rest), isNetError("tls_certificate", "tls"));
  });

  test("an expired certificate is refused", async () => {
    await using peer = tlsServer(await authority.issue(["DNS:localhost"], -1), async () => {});
    await assert.rejects(
      secure(peer.port, base),
      isNetError("tls_certificate", "tls", /the certificate has expired/),
    );
  });

  test("a self-signed certificate is refused unless it is among caCerts", async () => {
    const own = await makeSelfSigned("localhost");
    {
      await using peer = tlsServer(own, async () => {});
      await assert.rejects(secure(peer.port, base), isNetError("tls_certificate", "tls"));
    }
    await using peer = tlsServer(own, async () => {});
    const { conn } = await secure(peer.port, { ...base, caCerts: [own.cert] });
    conn.close();
  });

  test("caCerts may be bytes, and several", async () => {
    const other = await makeAuthority("other");
    await using peer = tlsServer(server, async () => {});
    const both = [bytes(other.cert), bytes(authority.cert)];
    const { conn } = await secure(peer.port, { ...base, caCerts: both });
    conn.close();
  });

  test("plain text on the port fails as a record", async () => {
    for (
      const greeting of ["HTTP/1.1 400 Bad Request\r\n\r\n", "220 mail ESMTP\r\n", "SSH-2.0-x\r\n"]
    ) {
      await using peer = tcpServer(async (conn) => {
        await conn.write(bytes(greeting));
        await conn.read(new Uint8Array(1024));
      });
      await assert.rejects(
        secure(peer.port, base),
        isNetError("tls_record", "tls", /isn't TLS: is it the right port/),
      );
    }
  });

  test("a handshake that stalls ends with the signal's reason", async () => {
    const abort = new AbortController();
    const reason = new Error("enough");
    await using peer = tcpServer(async (conn) => {
      await conn.read(new Uint8Array(1024)); // The client's greeting: it waits from here on.
      abort.abort(reason);
      // Deno's engine holds the connection until the peer lets go of it.
      if (engine === "node") assert.equal(await conn.read(new Uint8Array(1024)), null);
    });
    const failed = secure(peer.port, base, "localhost", abort.signal);
    await assert.rejects(failed, (error) => error === reason);
  });

  test("an aborted signal closes the connection before anything is sent", async () => {
    const reason = new Error("before");
    await using peer = tcpServer(async (conn) => {
      assert.equal(await conn.read(new Uint8Array(1024)), null);
    });
    const conn = await connectTo(peer.port);
    const failed = startTls(conn, "localhost", base, AbortSignal.abort(reason));
    await assert.rejects(failed, (error) => error === reason);
  });

  test("a peer that leaves in the handshake", async () => {
    await using peer = tcpServer(async (conn) => void await conn.read(new Uint8Array(4096)));
    await assert.rejects(
      secure(peer.port, base),
      isNetError("tls_truncated", "tls", /the peer closed the connection before it was done$/),
    );
  });

  test("a fatal alert in the handshake is named", async () => {
    await using peer = tcpServer(async (conn) => {
      await conn.read(new Uint8Array(4096));
      await conn.write(Uint8Array.of(21, 3, 3, 0, 2, 2, 40));
    });
    await assert.rejects(
      secure(peer.port, base),
      isNetError("tls_failed", "tls", /\(alert HandshakeFailure\)$/),
    );
  });
}
