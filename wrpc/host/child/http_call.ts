import { DEFAULT_LIMITS } from "../../codec/mod.ts";
import { HostError } from "../errors.ts";
import { httpCodecs } from "../http/codecs.ts";
import {
  BODY_WINDOW,
  decodeCredit,
  encodeCredit,
  encodeFrame,
  type Frame,
  FrameType,
} from "../protocol/mod.ts";
import { type Field, Fields } from "../wasi/fields.ts";
import {
  IncomingRequest,
  type RequestParts,
  ResponseOutparam,
  type Tagged,
} from "../wasi/http_messages.ts";
import type { Port } from "./port.ts";

/** Fields on the wire of wRPC: by name. */
type WireFields = [name: string, values: Uint8Array[]][];

interface RequestHead {
  readonly method: Tagged;
  readonly pathWithQuery: string | undefined;
  readonly scheme: Tagged | undefined;
  readonly authority: string | undefined;
  readonly headers: WireFields;
}

/** Pending and future frames of one request's body, or credits for the response's. */
export interface HttpCall {
  /** What `handle` of `wasi:http/incoming-handler` takes. */
  readonly args: readonly [IncomingRequest, ResponseOutparam];
  /** Resolves when the response is complete. */
  readonly complete: Promise<void>;
  /** `handle` has returned: without a response, or with a body that nobody ends, it failed. */
  returned(): void;
  /** Takes a frame of the call. @throws {HostError} `protocol` */
  receive(frame: Frame): void;
  /** Ends what waits. */
  end(reason: Error): void;
}

const codecs = httpCodecs();
const HOST = {
  read: () => {
    throw new TypeError("heads have nothing pending");
  },
  track: () => {},
};

/** Makes an HTTP request out of frames, and frames out of the response. */
export function httpCall(id: number, params: Uint8Array, port: Port): HttpCall {
  const head = decodeWhole(codecs.request, params) as RequestHead;
  const complete = Promise.withResolvers<void>();
  complete.promise.catch(() => {}); // Whoever waits for it is told.
  const changed = new Signal();
  const body = requestBody(id, port, changed);
  const parts: RequestParts = {
    method: head.method,
    pathWithQuery: head.pathWithQuery,
    scheme: head.scheme,
    authority: head.authority,
    headers: Fields.received(flat(head.headers)),
    body,
    trailers: body.trailers,
  };
  const response = responseTarget(id, port, changed, complete.resolve);
  return {
    args: [new IncomingRequest(parts), new ResponseOutparam(response)],
    complete: complete.promise,
    returned() {
      if (!response.begun()) complete.reject(new Error("it returned without a response"));
      else if (!response.ended()) complete.reject(new Error("it returned inside the body"));
    },
    receive(frame) {
      if (frame.type === FrameType.body) body.push(frame.payload);
      else if (frame.type === FrameType.end) {
        const trailers = decodeWhole(codecs.trailers, frame.payload) as WireFields | undefined;
        body.end(trailers === undefined ? undefined : Fields.received(flat(trailers)));
      } else if (frame.type === FrameType.credit) response.credit(decodeCredit(frame));
      changed.tell();
    },
    end(reason) {
      complete.reject(reason);
      changed.fail(reason);
    },
  };
}

function requestBody(id: number, port: Port, changed: Signal) {
  let pieces: Uint8Array[] = [];
  let length = 0;
  let dropped = false;
  let over: { readonly fields: Fields | undefined } | null = null;
  const read = (bytes: number) => port.send(encodeCredit(id, bytes));
  const drop = () => {
    dropped = true;
    if (length > 0) read(length);
    pieces = [];
    length = 0;
  };
  return {
    available: () => length > 0 ? length : over === null && !dropped ? 0 : null,
    take(limit: number): Uint8Array {
      const first = pieces[0];
      if (first === undefined) return new Uint8Array(0);
      const taken = first.subarray(0, limit);
      if (taken.length === first.length) pieces.shift();
      else pieces[0] = first.subarray(limit);
      length -= taken.length;
      if (taken.length > 0) read(taken.length);
      return taken;
    },
    wait: () => changed.wait(),
    drop,
    trailers: () => over,
    push(bytes: Uint8Array) {
      if (over !== null || length + bytes.length > BODY_WINDOW) {
        throw new HostError("protocol", "call", "more of a body came than was asked for");
      }
      if (dropped) return read(bytes.length);
      pieces.push(bytes);
      length += bytes.length;
    },
    end(fields: Fields | undefined) {
      over = { fields };
    },
  };
}

function responseTarget(id: number, port: Port, changed: Signal, complete: () => void) {
  let room = BODY_WINDOW;
  let begun = false;
  let ended = false;
  const finish = (trailers: Fields | undefined) => {
    if (ended) return;
    ended = true;
    const wire = trailers === undefined ? undefined : grouped(trailers.entries());
    port.send(encodeFrame(FrameType.end, id, codecs.trailers.encode([wire]).bytes));
    complete();
  };
  return {
    begun: () => begun,
    ended: () => ended,
    credit(bytes: number) {
      room += bytes;
    },
    body: {
      room: () => room,
      write(bytes: Uint8Array) {
        room -= bytes.length;
        if (bytes.length > 0) port.send(encodeFrame(FrameType.body, id, bytes));
      },
      wait: () => changed.wait(),
    },
    respond(head: { status: number; headers: Fields } | { error: Tagged }) {
      if (begun) throw new Error("the response was set twice");
      begun = true;
      const value = "error" in head
        ? { tag: "err", val: head.error }
        : { tag: "ok", val: { status: head.status, headers: grouped(head.headers.entries()) } };
      port.send(encodeFrame(FrameType.head, id, codecs.response.encode([value]).bytes));
      if ("error" in head) finish(undefined);
    },
    finish,
  };
}

/** Something changed that others wait for. */
class Signal {
  #next = Promise.withResolvers<void>();
  #failed: Error | null = null;

  wait(): Promise<void> {
    return this.#failed === null ? this.#next.promise : Promise.reject(this.#failed);
  }

  tell(): void {
    const { resolve } = this.#next;
    this.#next = Promise.withResolvers();
    resolve();
  }

  fail(reason: Error): void {
    this.#failed = reason;
    this.#next.promise.catch(() => {});
    this.#next.reject(reason);
  }
}

function decodeWhole(codec: typeof codecs.request, bytes: Uint8Array): unknown {
  const values = codec.decoder(DEFAULT_LIMITS, HOST).push(bytes);
  if (values === null) throw new HostError("protocol", "call", "a head ended too early");
  return values[0];
}

function flat(fields: WireFields): Field[] {
  return fields.flatMap(([name, values]) => values.map((value): Field => [name, value]));
}

/** Values by name, in the order of the names' first appearance. */
function grouped(fields: readonly Field[]): WireFields {
  const byName = new Map<string, [string, Uint8Array[]]>();
  for (const [name, value] of fields) {
    const known = byName.get(name.toLowerCase());
    if (known === undefined) byName.set(name.toLowerCase(), [name, [value]]);
    else known[1].push(value);
  }
  return [...byName.values()];
}
