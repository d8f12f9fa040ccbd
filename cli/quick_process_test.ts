import assert from "node:assert/strict";
import { makeSelfSigned } from "../internal/certs_for_tests.ts";
import { programTest } from "../internal/programs_for_tests.ts";
import { downpour, type Ended, type Given } from "./_commands_for_tests.ts";
import { inFolder } from "./_folders_for_tests.ts";

/** A request as a server saw it. */
interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

/** A server that remembers what came: `/to/…` redirects there, `/basic` wants ann and her password. */
function server(
  options: Partial<Deno.ServeUnixOptions & Deno.ServeTcpOptions & Deno.TlsCertifiedKeyPem> = {},
) {
  const seen: Seen[] = [];
  const handler = async (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    const { method, headers } = request;
    seen.push({ method, path: pathname + search, headers, body: await request.text() });
    if (pathname.startsWith("/to/")) {
      return new Response(null, { status: 302, headers: { location: pathname.slice(3) } });
    }
    const wanted = `Basic ${btoa("ann:pass:word")}`;
    if (pathname === "/basic" && headers.get("authorization") !== wanted) {
      return new Response(null, { status: 401 });
    }
    return new Response("ok");
  };
  const place = options.path === undefined ? { hostname: "127.0.0.1", port: 0 } : {};
  const running = Deno.serve(
    { ...place, ...options, onListen() {} } as Deno.ServeTcpOptions,
    handler,
  );
  const { addr } = running;
  const scheme = options.cert === undefined ? "http" : "https";
  return {
    url: addr.transport === "tcp" ? `${scheme}://127.0.0.1:${addr.port}` : "http://unix.example",
    seen,
    paths: () => seen.map(({ method, path }) => `${method} ${path}`),
    [Symbol.asyncDispose]: () => running.shutdown(),
  };
}

/** A quick run of few requests, to its end and with a process of its own. */
async function quick(folder: string, args: readonly string[], given: Given = {}): Promise<Ended> {
  const env = { DOWNPOUR_RUNS: folder, ...given.env };
  return await downpour(folder, [
    "--no-save",
    ...(args.includes("--shards") ? [] : ["--shards", "1"]),
    ...args,
  ], { ...given, env });
}

/** What one line of `--format ndjson` says of a request. */
interface Point {
  readonly metric: string;
  readonly type: string;
  readonly data: { readonly tags: Readonly<Record<string, string>> };
}

/** The tags of the requests that a run made. */
function requestTags(ndjson: string): Readonly<Record<string, string>>[] {
  return ndjson.trim().split("\n").map((line) => JSON.parse(line) as Point)
    .filter(({ metric, type }) => metric === "http_reqs" && type === "Point")
    .map(({ data }) => data.tags);
}

Deno.test("body, headers and method arrive as they were given, from files and standard input", async () => {
  await using to = server();
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/body.json`, `{"a":1}\n`);
    await Deno.writeTextFile(`${folder}/headers`, "X-One: 1\nX-Two: 2\n");
    const base = [`${to.url}/x`, "-n", "1", "-q"];
    const runs: [args: string[], Given][] = [
      [["-b", "@body.json", "-H", "@headers", "-H", "Content-Type: application/json"], {}],
      [["--body-file", "body.json", "-X", "put"], {}],
      [["-b", "-"], { stdin: "piped" }],
      [["-X", "DELETE"], {}],
    ];
    for (const [args, given] of runs) {
      const { code, stderr } = await quick(folder, [...base, ...args], given);
      assert.deepEqual([code, stderr], [0, ""], args.join(" "));
    }
  });
  assert.deepEqual(to.seen.map(({ method, body }) => [method, body]), [
    ["POST", `{"a":1}\n`],
    ["PUT", `{"a":1}\n`],
    ["POST", "piped"],
    ["DELETE", ""],
  ]);
  const { headers } = to.seen[0]!;
  assert.deepEqual(["x-one", "x-two", "content-type"].map((name) => headers.get(name)), [
    ...["1", "2", "application/json"],
  ]);
});

Deno.test("a list of URLs is asked for in turn, each one as often, with few names", async () => {
  await using to = server();
  await inFolder(async (folder) => {
    const list = "/a?q=1\nPOST /b\n/c\n";
    const args = [to.url, "--urls", "-", "-n", "9", "-u", "1", "--format", "ndjson"];
    const { code, stdout, stderr } = await quick(folder, args, { stdin: list });
    assert.deepEqual([code, stderr], [0, ""]);
    const round = ["GET /a?q=1", "POST /b", "GET /c"];
    assert.deepEqual(to.paths(), [...round, ...round, ...round]);
    assert.deepEqual(
      [...new Set(requestTags(stdout).map(({ name }) => name))].sort(),
      ["/a", "/b", "/c"].map((path) => to.url + path),
    );
    to.seen.length = 0;
    const many = Array.from({ length: 200 }, (_, i) => `${to.url}/users/${i}`).join("\n");
    await Deno.writeTextFile(`${folder}/urls`, many);
    const random = await quick(folder, [
      ...["--urls", "urls", "--random", "-n", "40", "--format", "json"],
    ]);
    const { endpoints } = JSON.parse(random.stdout).run;
    assert.deepEqual(endpoints.map((one: { name: string }) => one.name), [`${to.url}/users/*`]);
    assert.ok(new Set(to.paths()).size > 1);
    assert.ok(to.paths().some((path, i) => path !== `GET /users/${i}`), "not in turn");
  });
});

Deno.test("each shard goes through all of a list, so that a slow URL takes no turns from others", async () => {
  await using to = server();
  await inFolder(async (folder) => {
    const args = ["--urls", "-", "--shards", "2", "-u", "2", "-d", "1s", "-q"];
    const { code } = await quick(folder, [to.url, ...args], { stdin: "/a\n/b\n" });
    assert.equal(code, 0);
    const count = (path: string) => to.paths().filter((one) => one === path).length;
    assert.ok(Math.abs(count("GET /a") - count("GET /b")) <= 2, "two shards, two users");
    const shared = ["--urls", "-", "--shards", "2", "-u", "2", "-n", "4", "-q"];
    to.seen.length = 0;
    await quick(folder, [to.url, ...shared], { stdin: "/a\n/b\n/c\n/d\n" });
    assert.deepEqual(to.paths().sort(), ["GET /a", "GET /b", "GET /c", "GET /d"]);
  });
});

Deno.test("redirects are followed when asked", async () => {
  await using to = server();
  await inFolder(async (folder) => {
    for (const flag of ["--no-follow", "--follow"]) {
      const args = [`${to.url}/to/there`, "-n", "1", flag, "--format", "ndjson"];
      const { code, stdout, stderr } = await quick(folder, args);
      assert.deepEqual([code, stderr], [0, ""]);
      const statuses = requestTags(stdout).map(({ status }) => status);
      assert.deepEqual(statuses, flag === "--follow" ? ["302", "200"] : ["302"]);
    }
  });
  assert.deepEqual(to.paths(), ["GET /to/there", "GET /to/there", "GET /there"]);
});

Deno.test("credentials are sent, and shown nowhere", async () => {
  await using to = server();
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/user`, "ann:pass:word\n");
    const args = [`${to.url}/basic?q=pass:word`, "--basic", "file=user", "-n", "2"];
    const { code, stdout, stderr } = await quick(folder, args);
    assert.equal(code, 0, stderr);
    assert.match(stdout, / 0%$/m);
    assert.doesNotMatch(stdout + stderr, /pass:word/);
    const refused = await quick(folder, [`${to.url}/x`, "--bearer", "file=user", "-n", "1"]);
    assert.equal(refused.code, 104);
    assert.doesNotMatch(refused.stderr, /pass/);
    await Deno.writeTextFile(`${folder}/token`, "t0k3n==");
    const bearer = await quick(folder, [`${to.url}/x`, "--bearer", "file=token", "-n", "1", "-q"]);
    assert.equal(bearer.code, 0, bearer.stderr);
    assert.equal(to.seen.at(-1)!.headers.get("authorization"), "Bearer t0k3n==");
  });
});

Deno.test("a Unix socket stands in for the network", async () => {
  await inFolder(async (folder) => {
    await using to = server({ path: `${folder}/web.sock` });
    const url = "http://unix.example/a";
    const { code, stderr } = await quick(folder, [url, "--unix", "web.sock", "-n", "3", "-q"]);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.deepEqual(to.paths(), ["GET /a", "GET /a", "GET /a"]);
    assert.equal(to.seen[0]!.headers.get("host"), "unix.example");
    const none = await quick(folder, [url, "--unix", "no.sock", "-n", "1"]);
    assert.equal(none.code, 1);
    assert.match(
      none.stderr,
      /^downpour: cannot reach \S+no\.sock \(http:.*\): .*\(path_not_found\)\n$/,
    );
  });
});

Deno.test("HTTP/2 is spoken at once where the URL is http:", async () => {
  await using to = server();
  await inFolder(async (folder) => {
    const args = [`${to.url}/x`, "-n", "3", "--http2", "--format", "ndjson"];
    const { code, stdout } = await quick(folder, args);
    assert.equal(code, 0);
    assert.deepEqual(requestTags(stdout).map(({ proto }) => proto), [
      "HTTP/2.0",
      "HTTP/2.0",
      "HTTP/2.0",
    ]);
  });
});

await programTest(
  ["openssl"],
  "any certificate is taken when told, and HTTP/2 agreed on",
  async () => {
    await using to = server(await makeSelfSigned("elsewhere.example"));
    await inFolder(async (folder) => {
      const args = [`${to.url}/x`, "-n", "2", "--http2", "--format", "ndjson"];
      const refused = await quick(folder, args);
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /not one response from https:.*: 2× tls_\w+/);
      const taken = await quick(folder, [...args, "-k"]);
      assert.equal(taken.code, 0);
      assert.match(taken.stderr, /servers are not verified/);
      assert.deepEqual(
        requestTags(taken.stdout).map(({ proto, tls_version }) => [proto, tls_version]),
        [["HTTP/2.0", "tls1.3"], ["HTTP/2.0", "tls1.3"]],
      );
    });
  },
);

Deno.test("so many requests come at a rate, none more and none less", async () => {
  await using to = server();
  await inFolder(async (folder) => {
    for (const count of [7, 20]) {
      to.seen.length = 0;
      const args = [`${to.url}/x`, "-n", String(count), "--rate", "30", "--format", "json"];
      const { code, stdout } = await quick(folder, args);
      assert.equal(code, 0);
      assert.equal(to.seen.length, count);
      assert.equal(JSON.parse(stdout).run.iterations.planned, count);
    }
  });
});

Deno.test("a load rises; each request may have a connection of its own; a rule may fail", async () => {
  await using to = server();
  await inFolder(async (folder) => {
    const args = [`${to.url}/x`, "--ramp", "300ms", "-d", "200ms", "-u", "3", "--no-keepalive"];
    const { code, stdout, stderr } = await quick(folder, [
      ...[...args, "--format", "json", "--threshold", "http_req_duration=max<0.001"],
    ]);
    assert.equal(code, 99);
    assert.equal(stderr, "downpour: threshold failed: http_req_duration max<0.001\n");
    const { metrics, run } = JSON.parse(stdout);
    assert.ok(metrics.net_sockets.values.count > metrics.http_reqs.values.count);
    assert.equal(run.vusMax, 3);
  });
});

Deno.test("standard output has one format: samples as CSV, nothing, or what else is asked for", async () => {
  await using to = server();
  await inFolder(async (folder) => {
    const args = [`${to.url}/x`, "-n", "2", "-q"];
    const csv = await quick(folder, [...args, "--format", "csv"]);
    const lines = csv.stdout.trim().split("\n");
    assert.match(lines[0]!, /^metric_name,timestamp,metric_value,/);
    assert.equal(lines.filter((line) => line.startsWith("http_reqs,")).length, 2);
    const quiet = await quick(folder, [...args, "--format", "quiet"]);
    assert.deepEqual([quiet.code, quiet.stdout, quiet.stderr], [0, "", ""]);
    const wrong = await quick(folder, [...args, "--format", "yaml"]);
    assert.deepEqual([wrong.code, wrong.stdout], [104, ""]);
  });
});
