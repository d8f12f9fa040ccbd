import type { Slab } from "../../internal/mod.ts";
import type { StreamSocket } from "../../net/mod.ts";
import type { H2Request } from "./request.ts";

/** What a stream needs of its connection. */
export interface StreamHost<Stream> {
  readonly socket: StreamSocket;
  readonly origin: string;
  readonly usable: boolean;
  readonly slab: Slab;
  /** Most bytes of a body that is kept. */
  readonly maxBodyBytes: number;
  /** `performance.now()` of the read that is being worked on. */
  readonly now: number;
  /** Sends the request, and begins to send its body. */
  open(stream: Stream, request: H2Request): void;
  /** The stream has ended, or its place was given up. */
  left(stream: Stream): void;
  /** Sends RST_STREAM. */
  reset(stream: Stream, errorCode: number): void;
  /** Lets the peer send more on the stream. */
  grant(stream: Stream, count: number): void;
}
