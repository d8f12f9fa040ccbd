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
export { Response } from "./response.ts";
export type { ResponseTimings } from "./response_timings.ts";
export { SentRequest } from "./sent_request.ts";
export { fetch } from "./fetch.ts";
export type { FetchOptions } from "./fetch_options.ts";
export { DownpourError, OptionError } from "../internal/mod.ts";
export type { AuthOption } from "./auth/mod.ts";
export type { BatchBody, BatchObject, BatchRequest } from "./batch_request.ts";
export type { BodyInput } from "./body.ts";
export type { CallOptions } from "./call_options.ts";
export { type Dial, DialInfo } from "./connect.ts";
export {
  CookieJar,
  type CookieOptions,
  type SerializedCookie,
  type SerializedCookieJar,
  type StoredCookie,
} from "./cookies/mod.ts";
export { setClientDefaults } from "./defaults.ts";
export type { HttpSettings } from "./run_settings.ts";
export type { EditableMetric, EditableMetrics } from "./edit_metrics.ts";
export { HttpError, type HttpErrorCode, type HttpPhase, k6ErrorCode } from "./errors.ts";
export type {
  ClientEvent,
  ClientEventHandlers,
  ClientEvents,
  ClientEventType,
  ClientListener,
  ConnectionEventType,
  EventOrigin,
  UserCredentials,
} from "./events.ts";
export type { ExpectedStatuses, StatusRange } from "./expected.ts";
export {
  file,
  type FilePart,
  type FormInput,
  type FormScalar,
  type MultipartInput,
  type PartData,
  type PartInput,
} from "./form/mod.ts";
export type { Strictness } from "./h1/mod.ts";
export type { HeadersInput } from "./headers.ts";
export type { Protocol } from "./lane.ts";
export type { ClientOptions } from "./client_options.ts";
export type { CookieInput, CookiesInput } from "./own_cookies.ts";
export type { RequestOptions, ResponseType, SharedOptions } from "./request_options.ts";
export type { OutgoingRequest } from "./outgoing_request.ts";
export type { RetryOptions } from "./retry.ts";
export { type Expectation, HTTP_METRICS } from "./samples.ts";
export type {
  Connect,
  EventSourceOptions,
  EventStreamResponse,
  ServerSentEvent,
} from "./sse/mod.ts";
export type { Query, UrlName } from "./target.ts";
export type { TimeoutInput, TimeoutOptions } from "./timeouts.ts";
export type { Layer, Send, Transport } from "./sending.ts";
export { HttpTransport } from "./transport.ts";
export type { TransportOptions } from "./transport_options.ts";
export type { Version } from "./versions.ts";
