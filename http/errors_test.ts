import assert from "node:assert/strict";
import { NetError } from "../net/mod.ts";
import { H2Error, HttpError, type HttpErrorCode, k6ErrorCode } from "./errors.ts";

Deno.test("failures have k6's numbers, those of HTTP/2 with the code on the wire", () => {
  const h2: [code: HttpErrorCode, errorCode: number, expected: number][] = [
    ["goaway", 0, 1611],
    ["goaway", 11, 1622],
    ["h2_stream", 0, 1631],
    ["h2_stream", 7, 1638],
    ["h2_stream", 13, 1644],
    ["h2_protocol", 1, 1652],
    ["h2_protocol", 9, 1660],
    // Codes that RFC 9113 doesn't have.
    ["goaway", 14, 1610],
    ["h2_stream", 0xffffffff, 1630],
    ["h2_protocol", 99, 1650],
    ["response_malformed", 1, 1600],
  ];
  for (const [code, errorCode, expected] of h2) {
    const error = new H2Error(code, "headers", "as it was", errorCode);
    assert.equal(k6ErrorCode(error), expected, `${code} with ${errorCode}`);
  }
  const others = [
    [new HttpError("response_malformed", "headers", "x"), 1000],
    [new HttpError("request_timeout", "headers", "x"), 1050],
    [new NetError("connection_refused", "x"), 1212],
  ] as const;
  for (const [error, expected] of others) assert.equal(k6ErrorCode(error), expected, error.code);
});
