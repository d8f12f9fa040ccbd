import type { DownpourError } from "../internal/mod.ts";
import type { StreamSocket, TlsInfo } from "../net/mod.ts";
import type { AuthOption } from "./auth/mod.ts";
import type { EditableMetrics } from "./edit_metrics.ts";
import type { OutgoingRequest } from "./outgoing_request.ts";
import type { Response } from "./response.ts";

/** Which call an event belongs to. */
export interface EventOrigin {
  /** A UUIDv4 (RFC 9562), as `OutgoingRequest.id`. */
  readonly id: string;
  /** How often the call was redirected before: 0 at first. */
  readonly hop: number;
}

/** A user, for the scheme that the server asks for: Digest where it offers that, else Basic. */
export interface UserCredentials {
  /** User name; without a colon for Basic. */
  readonly username: string;
  /** Password. */
  readonly password: string;
}

/**
 * What `Client.on` can be asked to call, and with what data, in the order in which they come in one
 * attempt. Listeners are awaited in order.
 */
export interface ClientEvents {
  /** A call has begun. May be changed. */
  requestCreated: OutgoingRequest;
  /** Right before each attempt, redirects included: cookies and credentials are on it. May be changed. */
  requestToBeSent: OutgoingRequest;
  /** There is no connection for it yet, and it may make none: it waits for one. */
  requestQueued: EventOrigin & {
    /** Scheme, host and port. */
    readonly origin: string;
    /**
     * `limit`: there are `maxConnections` already, or no room for another stream. `connecting`: one
     * that can be shared is being made.
     */
    readonly reason: "limit" | "connecting";
  };
  /** A connection is about to be made: `connectEnd` or `connectError` follows. */
  connectStart: { readonly address: string };
  /** A name is about to be looked up: the target's, or the proxy's. Not with `dial`. */
  lookupStart: { readonly host: string };
  /** It was looked up. `addresses` may be changed, to connect elsewhere; not with `dial`. */
  lookupEnd: {
    readonly host: string;
    /** IP addresses, in the order in which they are tried; empty when it failed. */
    addresses: string[];
    /** Why there are none: counts unless the listener gives some. */
    readonly error: DownpourError | null;
    /** How long it took, in milliseconds. */
    readonly durationMs: number;
  };
  /** There is a connection through the proxy, or to one that is told whole URLs. */
  proxyConnected: {
    readonly socket: StreamSocket;
    /** `host:port` of the target. */
    readonly address: string;
  };
  /** A TLS handshake with the target is about to begin. */
  tlsStart: { readonly socket: StreamSocket; readonly serverName: string };
  /** It is done: version, cipher and certificate are told with `tls.details`. */
  tlsEnd: { readonly socket: StreamSocket; readonly tls: TlsInfo };
  /** A connection was made; its `timings` and `tls` tell how. */
  connectEnd: { readonly socket: StreamSocket };
  /** No connection could be made. */
  connectError: { readonly address: string; readonly error: DownpourError };
  /** There is a connection for the request; `reused` unless it was made for it. */
  connectionAcquired: { readonly socket: StreamSocket; readonly reused: boolean };
  /** The request's head was given to the socket. */
  headersSent: EventOrigin & { readonly socket: StreamSocket };
  /** A piece of its body was, too; without what HTTP frames it with. */
  bodyChunkSent: EventOrigin & {
    /** Length of the piece. */
    readonly bytes: number;
    /** Length of all so far. */
    readonly sentBytes: number;
    /** Length of the whole body; null when it isn't known. */
    readonly totalBytes: number | null;
  };
  /** All of the request was given to the socket. */
  requestSent: EventOrigin & { readonly socket: StreamSocket };
  /** An interim response, as 103 Early Hints (RFC 9110 §15.2). */
  informationReceived: EventOrigin & { readonly status: number; readonly headers: Headers };
  /** The final response begins to arrive. */
  responseStarted: EventOrigin & {
    readonly socket: StreamSocket;
    /** Milliseconds since the request was sent; 0 when the response came before that. */
    readonly waitingMs: number;
  };
  /**
   * A piece of the response's body, before its content coding is undone; the next is read when the
   * listeners have finished. One that throws ends the response there.
   */
  bodyChunkReceived: EventOrigin & {
    /** The piece, for the listener to keep. */
    readonly chunk: Uint8Array;
    /** Length of all so far. */
    readonly receivedBytes: number;
  };
  /** Fields that came behind the body. */
  trailersReceived: EventOrigin & { readonly trailers: Headers };
  /** An exchange is over, and its connection can take another. */
  connectionReleased: { readonly socket: StreamSocket };
  /**
   * A connection is closed: with an error when that ended it (`goaway` when its peer had said so),
   * with null when one of both sides simply closed it. Those that nobody uses are told of, too.
   */
  connectionClosed: { readonly socket: StreamSocket; readonly error: DownpourError | null };
  /**
   * An attempt is over: its response, of which only the head is here with `responseType: "stream"`;
   * status 0 when it failed. Its `headers` and `metrics` may be changed.
   */
  responseReceived: Response;
  /**
   * The samples of one attempt, about to be recorded: of one with which the call fails, after
   * `requestFailed`; without a response when it was aborted or is sent again. May be changed.
   */
  metricsToBeEmitted: { readonly response: Response | null; metrics: EditableMetrics };
  /** Cookies that the response sets, as `Set-Cookie` values: change the list to change what is kept. */
  cookiesReceived: { readonly url: string; cookies: string[] };
  /**
   * The server asked for credentials. `credentials` may be given, at most three times for one
   * request; another attempt follows then, and when `answered` is true.
   */
  authRequired: {
    readonly response: Response;
    /** True when the option `auth` answers it. */
    readonly answered: boolean;
    credentials: UserCredentials | AuthOption | null;
  };
  /** A failed attempt is about to be repeated. */
  requestRetried: { readonly response: Response; readonly attempt: number };
  /** A redirect is about to be followed: `follow = false` makes it the response, `request` may be changed. */
  redirect: { readonly response: Response; readonly request: OutgoingRequest; follow: boolean };
  /** It failed because its time was over; `requestFailed` follows. */
  requestTimeout: Response;
  /** The call failed: `response.error` says why. Its `errorCode` and `metrics` may be changed. */
  requestFailed: Response;
  /** The server speaks another protocol from here on: `response.upgrade()` gives the socket. */
  upgrade: Response;
  /** The last response of the call. */
  responseCompleted: Response;
  /** The call was aborted by its signal, and rejects. */
  requestAborted: { readonly id: string; readonly error: DownpourError };
}

/** A kind of event. */
export type ClientEventType = keyof ClientEvents;

/** What a listener is called with. */
export interface ClientEvent<T extends ClientEventType> {
  /** Which event it is. */
  readonly type: T;
  /** What it is about. */
  readonly data: ClientEvents[T];
}

/** A listener; what it returns is awaited. What it throws rejects the call. */
export type ClientListener<T extends ClientEventType> = (event: ClientEvent<T>) => unknown;

/** Listeners by event: of one call. */
export type ClientEventHandlers = { readonly [T in ClientEventType]?: ClientListener<T> };

/** What happens to connections outside of any call, too. */
export type ConnectionEventType = "connectionReleased" | "connectionClosed";

/** Events that are told while an attempt is sent, as against around it. */
export const TRACED = [
  "requestQueued",
  "connectStart",
  "lookupStart",
  "lookupEnd",
  "proxyConnected",
  "tlsStart",
  "tlsEnd",
  "connectEnd",
  "connectError",
  "connectionAcquired",
  "headersSent",
  "bodyChunkSent",
  "requestSent",
  "informationReceived",
  "responseStarted",
  "bodyChunkReceived",
  "trailersReceived",
] as const satisfies readonly ClientEventType[];

/** A kind of event that is told while an attempt is sent. */
export type TracedType = typeof TRACED[number];

/** All there are, in the order in which they come in one attempt. */
export const CLIENT_EVENTS: readonly ClientEventType[] = [
  "requestCreated",
  "requestToBeSent",
  ...TRACED,
  "connectionReleased",
  "connectionClosed",
  "responseReceived",
  "metricsToBeEmitted",
  "cookiesReceived",
  "authRequired",
  "requestRetried",
  "redirect",
  "requestTimeout",
  "requestFailed",
  "upgrade",
  "responseCompleted",
  "requestAborted",
];
