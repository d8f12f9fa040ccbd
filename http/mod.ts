/**
 * HTTP for load scripts: a client with its own keep-alive connections, declarative requests, `fetch`.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { Client } from "@downpour/downpour/http";
 * import { startTarget } from "@downpour/downpour/targets";
 *
 * await using target = startTarget();
 * await using client = new Client({ baseUrl: target.url });
 * const response = await client.post("/post", { json: { name: "k6" } });
 * assert.equal(response.status, 200);
 * assert.equal(response.timings.waiting > 0, true);
 * const echo = await response.json() as { json: unknown };
 * assert.deepEqual(echo.json, { name: "k6" });
 * ```
 *
 * @module
 */
export { Client } from "./client.ts";
export { Request } from "./request.ts";
export { Response, type ResponseTimings } from "./response.ts";
export { fetch } from "./fetch.ts";
export { DownpourError, OptionError } from "../internal/mod.ts";
export { HttpError, type HttpErrorCode, type HttpPhase, k6ErrorCode } from "./errors.ts";
export { setClientDefaults } from "./defaults.ts";
export { HTTP_METRICS } from "./samples.ts";
export type { BodyInput } from "./body.ts";
export type { Strictness } from "./h1/mod.ts";
export type { HeadersInput } from "./headers.ts";
export type { ClientOptions, RequestOptions, ResponseType, SharedOptions } from "./options.ts";
export type { Query } from "./target.ts";
