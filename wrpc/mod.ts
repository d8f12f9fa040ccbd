/**
 * wRPC: calls of any WIT interface over NATS, TCP and Unix sockets, HTTP and xk6-wrpc's blaster among
 * them, and serving one in TypeScript.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import wrpc from "@downpour/downpour/wrpc";
 *
 * const wit = `
 *   package example:greeter@0.1.0;
 *   interface greeter { greet: func(name: string) -> string; }`;
 * const implementation = { greet: (name: string) => `hello ${name}` };
 * await using server = await wrpc.serve(wrpc.tcpServer(), { wit, implementation });
 * await using client = wrpc.client({ wit, tcp: server.address });
 * assert.equal(await client.call("greet", ["you"]), "hello you");
 * ```
 *
 * @module
 */
import { blaster } from "./blaster/blaster.ts";
import { client } from "./client.ts";
import { http } from "./http/client.ts";
import { serveHttp } from "./http/serve_http.ts";
import { serve } from "./serve.ts";
import { natsTransport } from "./nats/client.ts";
import { natsServer } from "./nats/server.ts";
import { tcpTransport, unixTransport } from "./tcp/client.ts";
import { tcpServer, unixServer } from "./tcp/server.ts";
import { readComponent } from "./read_component.ts";
import { readWit } from "./types/mod.ts";

export { type Blaster, blaster, blasterInterface, type BlasterOptions } from "./blaster/blaster.ts";
export { WRPC_BLASTER_METRICS } from "./blaster/metrics.ts";
export type { BlastOptions } from "./blaster/packet.ts";
export { client, type WrpcCallOptions, type WrpcClient, type WrpcClientOptions } from "./client.ts";
export {
  type ChannelReader,
  type ChannelWriter,
  type CodecLimits,
  type IndexPath,
  type PathPattern,
  WitStream,
} from "./codec/mod.ts";
export { WrpcError, type WrpcErrorCode, type WrpcPhase } from "./errors.ts";
export type { ExpectedStatus, ResponseCallback } from "../http/semantics/mod.ts";
export type { WrpcBody } from "./http/body.ts";
export { http, type WrpcHttp, type WrpcHttpOptions } from "./http/client.ts";
export { HTTP_ERROR_CODES, type HttpErrorCode } from "./http/error_codes.ts";
export { WrpcHttpError, type WrpcHttpPhase } from "./http/errors.ts";
export { WRPC_HTTP_METRICS } from "./http/metrics.ts";
export type { Consume, WrpcAuth, WrpcHttpParams } from "./http/params.ts";
export { WrpcResponse } from "./http/response.ts";
export {
  type HttpExchange,
  type HttpHandler,
  serveHttp,
  type WrpcServeHttpOptions,
} from "./http/serve_http.ts";
export { WRPC_TRANSPORT_METRICS } from "./metrics.ts";
export { natsTransport } from "./nats/client.ts";
export type { NatsServerOptions, NatsTransportOptions } from "./nats/options.ts";
export { natsServer } from "./nats/server.ts";
export type { TransportChoice } from "./pick_transport.ts";
export { readComponent } from "./read_component.ts";
export type { WitInput } from "./read_interface.ts";
export type { Labels } from "./tags.ts";
export { serve, type WrpcImplementation, type WrpcServeOptions } from "./serve.ts";
export { tcpTransport, unixTransport } from "./tcp/client.ts";
export type { FramedOptions, TcpTransportOptions, UnixTransportOptions } from "./tcp/options.ts";
export { type FramedServerLimits, tcpServer, unixServer } from "./tcp/server.ts";
export type {
  Invocation,
  InvokeOptions,
  Route,
  ServerTransport,
  Serving,
  Transport,
} from "./transport.ts";
export {
  findInterface,
  readWit,
  type WitCase,
  type WitDocument,
  type WitField,
  type WitFunction,
  type WitInterface,
  type WitPrimitive,
  type WitSource,
  type WitType,
} from "./types/mod.ts";

/** The functions of the default export. */
export interface WrpcApi {
  /** Sends packets that ask for CPU, memory and sleep: xk6-wrpc's. */
  readonly blaster: typeof blaster;
  /** Sends HTTP requests. */
  readonly http: typeof http;
  /** Serves HTTP by a handler of web requests. */
  readonly serveHttp: typeof serveHttp;
  /** A client of one interface of any WIT. */
  readonly client: typeof client;
  /** Serves an interface. */
  readonly serve: typeof serve;
  /** Reads `.wit` texts once, for many clients. */
  readonly readWit: typeof readWit;
  /** Reads the interfaces of a component from its bytes, once, for many clients. */
  readonly readComponent: typeof readComponent;
  /** Calls over TCP. */
  readonly tcpTransport: typeof tcpTransport;
  /** Calls over a Unix socket. */
  readonly unixTransport: typeof unixTransport;
  /** Calls over NATS. */
  readonly natsTransport: typeof natsTransport;
  /** Serves over NATS. */
  readonly natsServer: typeof natsServer;
  /** Serves on a TCP port. */
  readonly tcpServer: typeof tcpServer;
  /** Serves on a Unix socket. */
  readonly unixServer: typeof unixServer;
}

/** What `import wrpc from "k6/x/wrpc"` gives. */
const wrpc: WrpcApi = {
  blaster,
  http,
  serveHttp,
  client,
  serve,
  readWit,
  readComponent,
  tcpTransport,
  unixTransport,
  tcpServer,
  unixServer,
  natsTransport,
  natsServer,
};

export default wrpc;
