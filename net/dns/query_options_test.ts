import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { queryBy, type QueryOptions } from "./query.ts";

const nobody = () => assert.fail("nobody may be asked");

Deno.test("options are checked before anybody is asked", async () => {
  const cases: [object, string, RegExp][] = [
    [{ rtype: "A" }, "rtype", /did you mean rrtype/],
    [{ rrtype: "AAA" }, "rrtype", /AAA is unknown: did you mean AAAA/],
    [{ rrtype: "toString" }, "rrtype", /is unknown/],
    [{ servers: [] }, "servers", /1 to 64/],
    [{ servers: "1.1.1.1" }, "servers", /list/],
    [{ servers: ["dns.test:53"] }, "servers", /IP addresses.*dns\.test:53/],
    [{ servers: ["1.1.1.1:0"] }, "servers", /1\.1\.1\.1:0/],
    [{ servers: ["[::1"] }, "servers", /IP addresses/],
    [{ servers: [53] }, "servers", /IP addresses/],
    [{ timeout: 0 }, "timeout", /above 0/],
    [{ timeout: "soon" }, "timeout", /not a duration/],
    [{ timeout: "30d" }, "timeout", /at most/],
    [{ protocol: "tls" }, "protocol", /udp, tcp/],
    [{ attempts: 0 }, "attempts", /1 to 16/],
    [{ attempts: 1.5 }, "attempts", /whole number/],
    [{ signal: {} }, "signal", /AbortSignal/],
  ];
  for (const [options, name, message] of cases) {
    const exchanges = { udp: nobody, tcp: nobody };
    const failing = queryBy(exchanges, "a.test", { servers: ["::1"], ...options } as QueryOptions);
    await assert.rejects(failing, (error) => {
      assert.ok(error instanceof OptionError, String(error));
      assert.equal(error.option, name);
      assert.match(error.message, message);
      return true;
    });
  }
});
