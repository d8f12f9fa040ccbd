import assert from "node:assert/strict";
import { makeAuthority } from "../../internal/certs_for_tests.ts";
import { OptionError } from "../../internal/mod.ts";
import { programTest } from "../../internal/programs_for_tests.ts";
import { form, raw, TOKEN, withAgent } from "./_served_for_tests.ts";
import type { HttpError } from "./errors.ts";
import { createGuard } from "./guard.ts";
import { type AgentAddress, type AgentSecurity, checkSecurity } from "./security.ts";

const TLS = { cert: "", key: "" };

Deno.test("fault 80: an agent refuses to start where others could run programs by it", () => {
  const refused: [AgentAddress, AgentSecurity, RegExp][] = [
    [{}, { token: null }, /needs a token/],
    [{ hostname: "0.0.0.0" }, { token: null, tls: TLS }, /whoever reaches 0\.0\.0\.0/],
    [{ hostname: "::" }, { token: null, behindProxy: true }, /needs a token/],
    [{ hostname: "0.0.0.0" }, { token: TOKEN }, /plain text at 0\.0\.0\.0/],
    [{ hostname: "10.0.0.1" }, { token: TOKEN, goloCompat: true, tls: TLS }, /127\.0\.0\.1 alone/],
    [{ hostname: "example.com" }, { token: TOKEN, tls: TLS }, /at an IP address/],
    [{}, { token: "short" }, /at least 32/],
    [{}, { token: `${TOKEN} \n` }, /at least 32/],
    [{ port: 70_000 }, { token: TOKEN }, /port must be/],
    [{}, { token: TOKEN, maxFailures: 0 }, /maxFailures must be/],
  ];
  for (const [address, security, message] of refused) {
    assert.throws(
      () => checkSecurity(address, security),
      (error) => error instanceof OptionError && message.test(error.message),
      String(message),
    );
  }
  const fine: [AgentAddress, AgentSecurity][] = [
    [{}, { token: TOKEN }],
    [{ hostname: "localhost" }, { token: null, goloCompat: true }],
    [{ hostname: "::1" }, { token: null, goloCompat: true }],
    [{ hostname: "0.0.0.0" }, { token: TOKEN, tls: TLS }],
    [{ hostname: "0.0.0.0" }, { token: TOKEN, behindProxy: true }],
  ];
  for (const [address, security] of fine) checkSecurity(address, security);
});

Deno.test("fault 80: without the token, or with another, every path but /healthz is closed", () =>
  withAgent(async ({ ask, url, store }) => {
    const paths = [
      ...["POST /upload", "POST /queue", "GET /jobs", "GET /jobs/x", "DELETE /jobs/x"],
      ...["GET /jobs/x/logs", "GET /binaries", "DELETE /binaries/x", "GET /metrics"],
      ...["GET /openapi.json", "GET /nowhere", "GET /queue"],
    ];
    for (const each of paths) {
      const [method, path] = each.split(" ") as [string, string];
      const body = path === "/upload" ? { body: form(new Uint8Array(1)) } : {};
      for (const authorization of [TOKEN, "Bearer", "Basic eDp5", `Bearer  `]) {
        const { status, headers } = await ask(method, path, {
          headers: { authorization },
          ...body,
        });
        assert.equal(status, 401, each);
        assert.equal(headers.get("www-authenticate"), "Bearer");
      }
      const wrong = await ask(method, path, {
        headers: { authorization: `Bearer ${"0".repeat(32)}` },
        ...body,
      });
      assert.deepEqual([wrong.status, wrong.text], [401, "the token is wrong\n"]);
    }
    const health = await fetch(`${url}/healthz`);
    assert.equal(health.status, 200);
    await health.body?.cancel();
    assert.deepEqual(store.uploads.list(), []);
  }, { security: { token: TOKEN, maxFailures: 1000 } }));

Deno.test("fault 80: wrong tokens lock their address out for a while, and no other", () => {
  let now = 0;
  const settings = { token: TOKEN, maxFailures: 3, lockoutMs: 1000 };
  const guard = createGuard(checkSecurity({}, settings), () => now);
  const status = (token: string | null, remote: string): number => {
    const headers = new Headers({ host: "localhost" });
    if (token !== null) headers.set("authorization", `Bearer ${token}`);
    try {
      guard(headers, remote);
      return 200;
    } catch (error) {
      return (error as HttpError).status;
    }
  };
  for (let i = 0; i < 20; i++) assert.equal(status(null, "a"), 401); // a token that is missing is no guess
  assert.deepEqual([1, 2, 3].map(() => status("x", "a")), [401, 401, 401]);
  assert.deepEqual([status("x", "a"), status(TOKEN, "a"), status(TOKEN, "b")], [429, 429, 200]);
  now = 1000;
  assert.equal(status(TOKEN, "a"), 200);
  assert.equal(status("x", "a"), 401); // counted anew
  // What is remembered is bounded.
  for (let i = 0; i < 30_000; i++) status("x", `address ${i}`);
});

Deno.test("fault 81: pages of other sites and names that aren't the agent's are refused", () =>
  withAgent(async ({ port }) => {
    const status = async (...headers: string[]): Promise<number> => {
      const head = ["POST /queue HTTP/1.1", "connection: close", "content-length: 0", ...headers];
      const answer = await raw(port, `${head.join("\r\n")}\r\n\r\n`);
      return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
    };
    const own = `host: localhost:${port}`;
    assert.equal(await status(own), 400); // no job, but let through
    assert.equal(await status(`host: 127.0.0.1:${port}`), 400);
    assert.equal(await status(`host: [::1]:${port}`), 400);
    assert.equal(await status(own, `origin: http://localhost:${port}`), 400);
    assert.equal(await status("host: agent.internal"), 400);
    for (
      const bad of [
        [`host: evil.example:${port}`],
        ["host: localhost.evil.example"],
        ["host: 127.0.0.1.evil.example"],
        [own, "origin: http://evil.example"],
        [own, "origin: null"],
        [own, `origin: http://localhost:${port + 1}`],
        [own, "sec-fetch-site: cross-site"],
      ]
    ) assert.equal(await status(...bad), 403, bad.join());
  }, { security: { token: null, goloCompat: true, hosts: ["agent.internal"] } }));

Deno.test("--golo-compat serves the loopback without a token", () =>
  withAgent(async ({ url }) => {
    const response = await fetch(`${url}/upload`, {
      method: "POST",
      body: form(new Uint8Array(1)),
    });
    assert.equal(response.status, 200);
    await response.body?.cancel();
  }, { security: { token: null, goloCompat: true } }));

Deno.test("whatever changes something or is refused goes into the audit log", async () => {
  const events: string[] = [];
  await withAgent(async ({ ask, upload, url }) => {
    await upload();
    await ask("GET", "/jobs");
    await ask("DELETE", "/jobs/x");
    await (await fetch(`${url}/jobs`)).body?.cancel();
  }, {
    onAudit: ({ remote, method, path, status }) =>
      events.push(`${remote} ${method} ${path} ${status}`),
  });
  assert.deepEqual(events, [
    "127.0.0.1 POST /upload 200",
    "127.0.0.1 DELETE /jobs/x 404",
    "127.0.0.1 GET /jobs 401",
  ]);
});

await programTest(["openssl"], "an agent with a certificate speaks HTTPS", async () => {
  const authority = await makeAuthority();
  const tls = await authority.issue(["IP:127.0.0.1"]);
  await withAgent(async ({ url }) => {
    assert.match(url, /^https:/);
    using client = Deno.createHttpClient({ caCerts: [authority.cert] });
    const response = await fetch(`${url}/healthz`, { client });
    assert.equal(response.status, 200);
    await response.body?.cancel();
  }, { security: { token: TOKEN, tls } });
});
