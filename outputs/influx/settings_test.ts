import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import type { RunOutput } from "../../runner/mod.ts";
import { envOf, sent, withServer } from "../_totals_for_tests.ts";
import { influx2Output, influxOutput } from "./influx.ts";

Deno.test("where lines go: argument, variables, defaults", async () => {
  const cases: [
    arg: string,
    variables: Record<string, string>,
    name: string,
    target: string,
    authorization: string | null,
  ][] = [
    ["/", {}, "/k6", "/write?db=k6&precision=ns", null],
    ["/", { K6_INFLUXDB_DB: "own" }, "/own", "/write?db=own&precision=ns", null],
    ["/my%20db", {}, "/my db", "/write?db=my+db&precision=ns", null],
    [
      "/pre/fix/db",
      { K6_INFLUXDB_DB: "own" },
      "/pre/fix/db",
      "/pre/fix/write?db=db&precision=ns",
      null,
    ],
    ["/pre/", {}, "/pre/k6", "/pre/write?db=k6&precision=ns", null],
    [
      "/db?samples=true",
      { K6_INFLUXDB_USERNAME: "me", K6_INFLUXDB_PASSWORD: "pass", K6_INFLUXDB_RETENTION: "week" },
      "/db",
      "/write?db=db&precision=ns&rp=week",
      `Basic ${btoa("me:pass")}`,
    ],
  ];
  for (const [arg, variables, name, target, authorization] of cases) {
    await withServer(() => new Response(null, { status: 204 }), async (origin, requests) => {
      const output = influxOutput(origin + arg, envOf(variables));
      assert.equal(output.name, `influxdb (${origin}${name})`);
      await sent(output, new Uint8Array([65]));
      assert.deepEqual(
        requests.map(({ target, headers }) => [target, headers.get("authorization")]),
        [[target, authorization]],
      );
    });
  }
});

Deno.test("InfluxDB 2 has organization, bucket and token", async () => {
  await withServer(() => new Response(null, { status: 204 }), async (origin, requests) => {
    const token = { K6_INFLUXDB_TOKEN: "t0ken" };
    const output = influx2Output(`${origin}/pre/?org=my%20org&bucket=load`, envOf(token));
    assert.equal(output.name, `influxdb2 (${origin}/pre, bucket load)`);
    await sent(output, new Uint8Array([65]));
    const k6 = envOf({ ...token, K6_INFLUXDB_ADDR: origin, K6_INFLUXDB_BUCKET: "b" });
    await sent(influx2Output("", k6), new Uint8Array([65]));
    assert.deepEqual(requests.map(({ target }) => target), [
      "/pre/api/v2/write?org=my+org&bucket=load&precision=ns",
      "/api/v2/write?bucket=b&precision=ns",
    ]);
    for (const { headers } of requests) {
      assert.equal(headers.get("authorization"), "Token t0ken");
      assert.equal(headers.get("content-type"), "text/plain; charset=utf-8");
    }
  });
});

Deno.test("what can't be used is refused by name", () => {
  const cases: [make: () => RunOutput, message: RegExp][] = [
    [() => influxOutput("localhost:8086/db", envOf()), /^--out influxdb takes a URL/],
    [() => influxOutput("", envOf({ K6_INFLUXDB_ADDR: "x" })), /^K6_INFLUXDB_ADDR takes a URL/],
    [
      () => influxOutput("http://h/db?sample=true", envOf()),
      /has no parameter "sample" \(it has samples\)/,
    ],
    [() => influxOutput("http://h/db?samples=yes", envOf()), /^samples is neither true nor false/],
    [
      () => influxOutput("", envOf({ K6_INFLUXDB_INSECURE: "true" })),
      /K6_INFLUXDB_INSECURE is not supported/,
    ],
    [
      () => influxOutput("", envOf({ K6_INFLUXDB_TAGS_AS_FIELDS: "a:text" })),
      /a type other than string, int, float, bool: "a:text"/,
    ],
    [() => influx2Output("http://h?org=x", envOf()), /names no bucket \(add \?bucket=NAME/],
    [() => influx2Output("http://h?bucket=x&token=secret", envOf()), /has no parameter "token"/],
  ];
  for (const [make, message] of cases) {
    assert.throws(make, (error) => {
      assert.ok(error instanceof OptionError);
      assert.match(error.message, message);
      return !error.message.includes("secret");
    });
  }
});
