import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { startTarget } from "../../targets/mod.ts";
import { asUser } from "./_user_for_tests.ts";
import http, { type ExpectedStatus, type ResponseCallback } from "./mod.ts";

Deno.test("expectedStatuses takes statuses and ranges, and nothing else", () => {
  const callback = http.expectedStatuses(404, { min: 200, max: 299 });
  const judged = [199, 200, 299, 300, 404].map(callback);
  assert.deepEqual(judged, [false, true, true, false, true]);
  for (const bad of [[], ["200"], [{ min: 300, max: 200 }], [{ min: 200 }], [99.5], [null]]) {
    assert.throws(() => http.expectedStatuses(...bad as ExpectedStatus[]), OptionError);
  }
});

Deno.test("http_req_failed follows the callback of the call, else the user's, else k6's default", async () => {
  await using target = startTarget();
  const status = (code: number): string => `${target.url}/status/${code}`;
  const cases: [
    user: ResponseCallback | null | undefined,
    call: ResponseCallback | null | undefined,
    code: number,
    failed: boolean | null,
  ][] = [
    [undefined, undefined, 200, false],
    [undefined, undefined, 399, false],
    [undefined, undefined, 404, true],
    [http.expectedStatuses(404), undefined, 404, false],
    [http.expectedStatuses(404), undefined, 200, true],
    [http.expectedStatuses(404), http.expectedStatuses(500), 500, false],
    [null, undefined, 404, null],
    [null, http.expectedStatuses(200), 404, true],
    [undefined, null, 404, null],
    [http.expectedStatuses(404), null, 404, null],
  ];
  for (const [user, call, code, failed] of cases) {
    await asUser(async (registry) => {
      if (user !== undefined) http.setResponseCallback(user);
      await http.get(status(code), call === undefined ? {} : { responseCallback: call });
      const rate = registry.select("http_req_failed");
      assert.deepEqual(
        rate?.type === "rate" ? rate.passes === 1 : null,
        failed,
        `${code} ${user} ${call}`,
      );
      const tags = { expected_response: String(!failed) };
      assert.equal(registry.select("http_reqs", tags) !== undefined, failed !== null);
    });
  }
});

Deno.test("setResponseCallback is for one user, and takes no numbers", async () => {
  await using target = startTarget();
  await asUser(async () => {
    http.setResponseCallback(null);
    await asUser(async (registry) => {
      await http.get(`${target.url}/status/404`);
      assert.deepEqual(registry.select("http_req_failed"), { type: "rate", passes: 1, total: 1 });
    });
    for (const bad of [404, undefined, {}]) {
      assert.throws(() => http.setResponseCallback(bad as unknown as null), OptionError);
    }
  });
});
