import { type DownpourError, nearest, OptionError } from "../internal/mod.ts";
import type { StreamSocket } from "../net/mod.ts";
import type { EditableMetrics } from "./edit_metrics.ts";
import type { OutgoingRequest } from "./outgoing_request.ts";
import type { Response } from "./response.ts";

/** What `Client.on` can be asked to call, and with what data. Listeners are awaited in order. */
export interface ClientEvents {
  /** A call has begun. May be changed. */
  requestCreated: OutgoingRequest;
  /** A connection is about to be made. */
  connectStart: { readonly address: string };
  /** A connection was made; its `timings` and `tls` tell how. */
  connectEnd: { readonly socket: StreamSocket };
  /** No connection could be made. */
  connectError: { readonly address: string; readonly error: DownpourError };
  /** There is a connection for the request. */
  connectionAcquired: { readonly socket: StreamSocket; readonly reused: boolean };
  /** Right before each attempt, redirects included: cookies and credentials are on it. May be changed. */
  requestToBeSent: OutgoingRequest;
  /** A response has come; its head, with `responseType: "stream"`. Its `metrics` may be changed. */
  responseReceived: Response;
  /** Cookies that the response sets, as `Set-Cookie` values: change the list to change what is kept. */
  cookiesReceived: { readonly url: string; cookies: string[] };
  /** The server asked for credentials, and another attempt follows. */
  authRequired: { readonly response: Response };
  /** A redirect is about to be followed: `follow = false` makes it the response, `request` may be changed. */
  redirect: { readonly response: Response; readonly request: OutgoingRequest; follow: boolean };
  /** A failed attempt is about to be repeated. */
  requestRetried: { readonly response: Response; readonly attempt: number };
  /** The server speaks another protocol from here on: `response.upgrade()` gives the socket. */
  upgrade: Response;
  /** The last response of the call. */
  responseCompleted: Response;
  /** The call failed: `response.error` says why. */
  requestFailed: Response;
  /** It failed because its time was over. */
  requestTimeout: Response;
  /** It was aborted. */
  requestAborted: { readonly id: string; readonly error: DownpourError };
  /** The samples of one attempt, about to be recorded. May be changed. */
  metricsToBeEmitted: { readonly response: Response | null; metrics: EditableMetrics };
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

const TYPES: readonly ClientEventType[] = [
  "requestCreated",
  "connectStart",
  "connectEnd",
  "connectError",
  "connectionAcquired",
  "requestToBeSent",
  "responseReceived",
  "cookiesReceived",
  "authRequired",
  "redirect",
  "requestRetried",
  "upgrade",
  "responseCompleted",
  "requestFailed",
  "requestTimeout",
  "requestAborted",
  "metricsToBeEmitted",
];

type AnyListener = (event: { type: ClientEventType; data: unknown }) => unknown;

/** Listeners of a client, or of one call behind those of its client. */
export class Emitter {
  readonly #before: Emitter | undefined;
  readonly #listeners = new Map<ClientEventType, AnyListener[]>();

  /** @param before called first @param handlers @throws {OptionError} */
  constructor(before?: Emitter, handlers: ClientEventHandlers = {}) {
    this.#before = before;
    for (const [type, listener] of Object.entries(handlers)) {
      this.on(type as ClientEventType, listener as ClientListener<ClientEventType>);
    }
  }

  /** Adds a listener; returns what takes it away. @throws {OptionError} for an unknown event */
  on<T extends ClientEventType>(type: T, listener: ClientListener<T>): () => void {
    if (!TYPES.includes(type)) {
      const near = nearest(String(type), TYPES);
      const hint = near === null ? `one of ${TYPES.join(", ")}` : `did you mean ${near}`;
      throw new OptionError("event", `a client has no event ${String(type)}: ${hint}`);
    }
    if (typeof listener !== "function") {
      throw new OptionError("event", `the listener of ${type} is not a function: ${listener}`);
    }
    const call: AnyListener = (event) => listener(event as ClientEvent<T>);
    const list = this.#listeners.get(type) ?? [];
    this.#listeners.set(type, [...list, call]);
    return () => {
      this.#listeners.set(type, this.#listeners.get(type)!.filter((one) => one !== call));
    };
  }

  /** Whether somebody listens. */
  has(type: ClientEventType): boolean {
    return (this.#listeners.get(type)?.length ?? 0) > 0 || (this.#before?.has(type) ?? false);
  }

  /** Whether anybody listens to anything. */
  get any(): boolean {
    return TYPES.some((type) => this.has(type));
  }

  /** Calls the listeners one after the other, each when the one before has finished. */
  async emit<T extends ClientEventType>(type: T, data: ClientEvents[T]): Promise<void> {
    await this.#before?.emit(type, data);
    for (const listener of this.#listeners.get(type) ?? []) await listener({ type, data });
  }
}
