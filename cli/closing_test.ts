import assert from "node:assert/strict";
import { HTTP_METRICS } from "../http/mod.ts";
import { Registry } from "../metrics/mod.ts";
import { refusedHosts } from "./closing.ts";

Deno.test("hosts that a script may not reach are named once, with the port", () => {
  const metrics = new Registry();
  const failed = (url: string, error: string) =>
    metrics.sink(HTTP_METRICS.reqs, metrics.tags.withAll({ url, error })).add(1);
  failed("http://a.example/one", "permission_denied");
  failed("http://a.example/two", "permission_denied");
  failed("https://[::1]/", "permission_denied");
  failed("http://b.example:8080/", "permission_denied");
  failed("http://c.example/", "connection_refused");
  assert.deepEqual(refusedHosts({ metrics }), ["a.example:80", "[::1]:443", "b.example:8080"]);
});
