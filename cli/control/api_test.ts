import assert from "node:assert/strict";
import { fakeRun, rawRequest, served } from "./_served_for_tests.ts";
import { parseAddress } from "./address.ts";
import { MAX_BODY_BYTES } from "./body.ts";
import { serveControl } from "./server.ts";

const patch = (url: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/v1/status`, { method: "PATCH", body, headers });
const attributes = (given: Record<string, unknown>) =>
  JSON.stringify({ data: { type: "status", id: "default", attributes: given } });
const status = (given: Record<string, unknown> = {}) => ({
  data: {
    type: "status",
    id: "default",
    attributes: {
      status: 7,
      paused: false,
      vus: 2,
      "vus-max": 5,
      stopped: false,
      running: true,
      tainted: false,
      ...given,
    },
  },
});

Deno.test("the status has k6's shape, and k6's number of each phase", async () => {
  const run = fakeRun();
  await served(run, async ({ url }) => {
    const response = await fetch(`${url}/v1/status`);
    assert.equal(response.headers.get("content-type"), "application/json; charset=utf-8");
    assert.deepEqual(await response.json(), status());
    const phases = [
      [{ phase: "init" }, { status: 1, running: false }],
      [{ phase: "init", paused: true }, { status: 4, running: false, paused: true }],
      [{ phase: "setup" }, { status: 6 }],
      [{ phase: "running", paused: true }, { paused: true }],
      [{ phase: "stopping", stopped: true }, { stopped: true }],
      [{ phase: "teardown" }, { status: 8 }],
    ] as const;
    const before = run.state;
    for (const [state, expected] of phases) {
      run.state = { ...before, ...state };
      assert.deepEqual(await (await fetch(`${url}/v1/status`)).json(), status(expected));
    }
    const failed = { metric: "checks", expression: "rate>0.9", ok: false, value: 0.5 };
    run.state = { ...before, thresholds: [failed] };
    assert.deepEqual(await (await fetch(`${url}/v1/status`)).json(), status({ tainted: true }));
  });
});

Deno.test("a patch does what it names and leaves the rest, null as if it were missing", async () => {
  const run = fakeRun();
  await served(run, async ({ url }) => {
    const k6 = { status: 0, vus: null, "vus-max": null, running: false, tainted: false };
    const table: [
      given: Record<string, unknown>,
      asked: string[],
      reply: Record<string, unknown>,
    ][] = [
      [{ ...k6, paused: true, stopped: false }, ["pause"], { paused: true }],
      [{ ...k6, paused: false, stopped: false }, ["resume"], {}],
      [{ ...k6, paused: null, vus: 4, stopped: false }, ["vus 4 - -"], { vus: 4 }],
      [{ vus: 9, "vus-max": 9, scenario: "s" }, ["vus 9 9 s"], { vus: 9 }],
      [{ "vus-max": 7 }, ["vus 2 7 -"], {}],
      [{ rate: 12.5, scenario: "s" }, ["rate 12.5 s"], { rate: 12.5 }],
      [{}, [], {}],
      [{ stopped: true }, ["stop 103"], { stopped: true }],
    ];
    for (const [given, asked, reply] of table) {
      run.asked.length = 0;
      const response = await patch(url, attributes(given));
      assert.equal(response.status, 200);
      assert.deepEqual(await response.json(), status(reply));
      assert.deepEqual(run.asked, asked);
    }
    const late = await patch(url, attributes({ paused: true }));
    assert.equal(late.status, 409);
    assert.deepEqual(await late.json(), {
      errors: [{ status: "409", title: "Can't change the run", detail: "the load is over" }],
    });
  });
});

Deno.test("what can't be done is an error of JSON:API, and changes nothing", async () => {
  const run = fakeRun();
  await served(run, async ({ url }) => {
    const table: [body: string, status: number, detail: RegExp][] = [
      [attributes({ vus: 33 }), 400, /^at most 5 VUs: 33$/],
      [attributes({ vus: 33, paused: true }), 400, /^at most/],
      ["{", 400, /^The body is not JSON$/],
      ["", 400, /^The body is not JSON$/],
      ["[]", 400, /^The body is not \{"data"/],
      ['{"data":{"attributes":[]}}', 400, /^The body is not \{"data"/],
      [attributes({ paused: "x" }), 400, /^paused is not a boolean: "x"$/],
      [attributes({ rate: 200 }), 400, /^at most 100\/s: 200$/],
      [attributes({ rate: "fast" }), 400, /^rate is not a number: "fast"$/],
      [attributes({ vus: "4" }), 400, /^vus is not a number: "4"$/],
      [attributes({ paussed: true }), 400, /has no "paussed": it has paused, vus/],
      [attributes({ paused: "x".repeat(MAX_BODY_BYTES) }), 413, /65536 bytes at most/],
    ];
    for (const [body, code, detail] of table) {
      const response = await patch(url, body);
      assert.equal(response.status, code, body.slice(0, 80));
      const { errors: [error] } = await response.json();
      assert.equal(error.status, String(code));
      assert.match(error.detail, detail);
    }
    assert.deepEqual(run.asked, []);
  });
});

Deno.test("metrics have k6's shape; those with thresholds say whether they hold", async () => {
  const rule = { expression: "count<1", ok: false, value: 6 };
  const thresholds = [
    { ...rule, metric: "iterations" },
    { ...rule, metric: "checks{check:one}", ok: true },
    { ...rule, metric: "never" },
  ];
  const run = fakeRun({ thresholds });
  const { registry } = run;
  const { tags } = registry;
  registry.sink({ name: "iterations", type: "counter", contains: "default" }, tags).add(6);
  registry.sink({ name: "vus", type: "gauge", contains: "default" }, tags).add(3);
  const checks = { name: "checks", type: "rate", contains: "default" } as const;
  registry.sink(checks, tags.with("check", "one")).add(1);
  registry.sink(checks, tags.with("check", "two")).add(0);
  const trend = registry.sink(
    { name: "iteration_duration", type: "trend", contains: "time" },
    tags,
  );
  for (const value of [1, 1, 1]) trend.add(value);
  const of = (
    id: string,
    type: string,
    tainted: unknown,
    sample: unknown,
    contains = "default",
  ) => (
    { type: "metrics", id, attributes: { type, contains, tainted, sample } }
  );
  const all = [
    of("iterations", "counter", true, { count: 6, rate: 3 }),
    of("vus", "gauge", null, { value: 3 }),
    of("checks", "rate", null, { rate: 0.5 }),
    of("iteration_duration", "trend", null, {
      avg: 1,
      max: 1,
      med: 1,
      min: 1,
      "p(90)": 1,
      "p(95)": 1,
    }, "time"),
    of("checks{check:one}", "rate", false, { rate: 1 }),
  ];
  await served(run, async ({ url }) => {
    assert.deepEqual(await (await fetch(`${url}/v1/metrics`)).json(), { data: all });
    for (const one of all) {
      const response = await fetch(`${url}/v1/metrics/${encodeURIComponent(one.id)}`);
      assert.deepEqual(await response.json(), { data: one });
    }
    const missing = await fetch(`${url}/v1/metrics/zz`);
    assert.equal(missing.status, 404);
    assert.deepEqual(await missing.json(), {
      errors: [{ status: "404", title: "Not Found", detail: 'There is no metric "zz"' }],
    });
  });
});

Deno.test("groups have k6's ids, those in them, and their checks", async () => {
  const run = fakeRun();
  const { registry } = run;
  const checks = { name: "checks", type: "rate", contains: "default" } as const;
  const tags = registry.tags.with("group", "::g1::g2").with("check", "ok one");
  registry.sink(checks, tags).add(1);
  const link = (id: string) => ({ type: "groups", id });
  const [root, g1, g2] = [
    "d41d8cd98f00b204e9800998ecf8427e",
    "9ccb03cc5acd728a2fe595bbd1f14da3",
    "4cfc8bfa83b81689e8444e0a60a1a74d",
  ] as const;
  await served(run, async ({ url }) => {
    const { data } = await (await fetch(`${url}/v1/groups`)).json();
    assert.deepEqual(data.map(({ id }: { id: string }) => id), [root, g1, g2]);
    assert.deepEqual(data[1].relationships, {
      groups: { data: [link(g2)] },
      parent: { data: link(root) },
    });
    assert.deepEqual(await (await fetch(`${url}/v1/groups/${g2}`)).json(), {
      data: {
        type: "groups",
        id: g2,
        attributes: {
          path: "::g1::g2",
          name: "g2",
          checks: [{
            name: "ok one",
            path: "::g1::g2::ok one",
            id: "3a6a311e0a47835a6b1d30d107d395f2",
            passes: 1,
            fails: 0,
          }],
        },
        relationships: { groups: { data: [] }, parent: { data: link(g1) } },
      },
    });
    const missing = await fetch(`${url}/v1/groups/zz`);
    assert.equal(missing.status, 404);
    await missing.body?.cancel();
  });
});

Deno.test("other paths and methods are refused and say what there is", async () => {
  await served(fakeRun(), async ({ url }) => {
    const table: [method: string, path: string, status: number][] = [
      ["GET", "/", 404],
      ["GET", "/v2/status", 404],
      ["GET", "/v1/setup", 404],
      ["POST", "/v1/teardown", 404],
      ["GET", "/v1/metrics/%zz", 400],
      ["DELETE", "/v1/status", 405],
      ["PATCH", "/v1/metrics", 405],
      ["POST", "/v1/groups", 405],
    ];
    for (const [method, path, code] of table) {
      const response = await fetch(`${url}${path}`, { method });
      const { errors } = await response.json();
      assert.deepEqual([response.status, errors.length], [code, 1], `${method} ${path}`);
      assert.equal(response.headers.has("allow"), code === 405);
    }
  });
});

Deno.test("without a token only a Host that means this machine is served", async () => {
  await served(fakeRun(), async ({ url }) => {
    const hosts: [string, number][] = [
      ["localhost", 200],
      ["LocalHost:9", 200],
      ["127.0.0.1:6565", 200],
      ["[::1]:6565", 200],
      ["attacker.example", 403],
      ["127.0.0.1.attacker.example", 403],
      ["localhost.attacker.example:80", 403],
      ["0.0.0.0", 403],
    ];
    for (const [host, code] of hosts) {
      const answer = await rawRequest(url, ["GET /v1/status HTTP/1.1", `host: ${host}`]);
      assert.ok(answer.startsWith(`HTTP/1.1 ${code} `), `${host}: ${answer}`);
    }
    const none = await rawRequest(url, ["GET /v1/status HTTP/1.0"]);
    assert.match(none, /^HTTP\/1\.\d 403 /);
  });
});

Deno.test("with a token nothing is told or done without it, whatever the Host", async () => {
  const run = fakeRun();
  await served(run, async ({ url }) => {
    for (const path of ["/v1/status", "/v1/metrics", "/nothing"]) {
      const response = await fetch(url + path);
      assert.equal(response.status, 401);
      assert.equal(response.headers.get("www-authenticate"), "Bearer");
      const text = await response.text();
      assert.ok(!text.includes("hunter2") && !text.includes("paused"), text);
    }
    for (
      const wrong of ["Bearer hunter", "Bearer hunter22", "Basic hunter2", "hunter2", "Bearer"]
    ) {
      const response = await patch(url, attributes({ stopped: true }), { authorization: wrong });
      assert.equal(response.status, 401, wrong);
      await response.body?.cancel();
    }
    assert.deepEqual(run.asked, []);
    const right = await rawRequest(url, [
      "GET /v1/status HTTP/1.1",
      "host: load.example",
      "authorization: bearer hunter2",
    ]);
    assert.match(right, /^HTTP\/1\.1 200 /);
  }, "hunter2");
});

Deno.test("an address that others reach needs a token; one in use ends the start with 106", async () => {
  assert.throws(() => serveControl(parseAddress("0.0.0.0:0"), null, fakeRun()), {
    code: "option_invalid",
    message: /^--address 0\.0\.0\.0:0 would let other machines control the run: set DOWNPOUR_TOKEN/,
  });
  await served(fakeRun(), ({ url }) => {
    const address = parseAddress(new URL(url).host);
    assert.throws(() => serveControl(address, null, fakeRun()), {
      code: "control_listen",
      exitCode: 106,
      message: `Can't listen at ${address.hostPort}: it is in use (name another port by --address)`,
    });
    return Promise.resolve();
  });
});

Deno.test("a body that stops coming is given up, and a close does not wait for it", async () => {
  const server = serveControl(parseAddress("127.0.0.1:0"), null, fakeRun());
  const { port } = new URL(server.url);
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  const head = "PATCH /v1/status HTTP/1.1\r\nhost: localhost\r\ncontent-length: 90\r\n\r\n{";
  await connection.write(new TextEncoder().encode(head));
  // Another request is answered meanwhile.
  assert.equal((await (await fetch(`${server.url}/v1/status`)).json()).data.type, "status");
  await server.close();
});
