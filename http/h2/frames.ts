/** The twenty-four bytes that open a connection, before the client's SETTINGS (RFC 9113 §3.4). */
export const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/** Bytes of a frame's head: length, type, flags, stream (RFC 9113 §4.1). */
export const FRAME_HEAD_BYTES = 9;

/** Frame types (RFC 9113 §6). */
export const DATA = 0;
/** Opens a stream, or carries a response's head or trailers. */
export const HEADERS = 1;
/** Obsolete; read and ignored. */
export const PRIORITY = 2;
/** Ends a stream at once. */
export const RST_STREAM = 3;
/** Parameters of the connection. */
export const SETTINGS = 4;
/** A response that nobody asked for; we switch them off. */
export const PUSH_PROMISE = 5;
/** Asks whether the peer is there. */
export const PING = 6;
/** Begins the end of a connection. */
export const GOAWAY = 7;
/** Lets the peer send more. */
export const WINDOW_UPDATE = 8;
/** The rest of a field block. */
export const CONTINUATION = 9;

/** Flag of DATA and HEADERS: nothing follows in this direction. */
export const END_STREAM = 0x1;
/** Flag of SETTINGS and PING: the answer to one. */
export const ACK = 0x1;
/** Flag of HEADERS and CONTINUATION: the field block is whole. */
export const END_HEADERS = 0x4;
/** Flag of DATA and HEADERS: the payload is padded. */
export const PADDED = 0x8;
/** Flag of HEADERS: five bytes of priority stand before the block. */
export const PRIORITIZED = 0x20;

/** Error codes (RFC 9113 §7), by their names there. */
export const ErrorCode = {
  noError: 0,
  protocolError: 1,
  internalError: 2,
  flowControlError: 3,
  settingsTimeout: 4,
  streamClosed: 5,
  frameSizeError: 6,
  refusedStream: 7,
  cancel: 8,
  compressionError: 9,
  connectError: 10,
  enhanceYourCalm: 11,
  inadequateSecurity: 12,
  http11Required: 13,
} as const;

const NAMES = [
  "NO_ERROR",
  "PROTOCOL_ERROR",
  "INTERNAL_ERROR",
  "FLOW_CONTROL_ERROR",
  "SETTINGS_TIMEOUT",
  "STREAM_CLOSED",
  "FRAME_SIZE_ERROR",
  "REFUSED_STREAM",
  "CANCEL",
  "COMPRESSION_ERROR",
  "CONNECT_ERROR",
  "ENHANCE_YOUR_CALM",
  "INADEQUATE_SECURITY",
  "HTTP_1_1_REQUIRED",
];

/** An error code as RFC 9113 names it, `error 0x…` for one that it doesn't know. */
export function errorName(code: number): string {
  return NAMES[code] ?? `error 0x${code.toString(16)}`;
}

/** Parameters of SETTINGS (RFC 9113 §6.5.2). */
export const Setting = {
  headerTableSize: 1,
  enablePush: 2,
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
  maxFrameSize: 5,
  maxHeaderListSize: 6,
} as const;

/** Largest flow-control window (RFC 9113 §6.9.1). */
export const MAX_WINDOW = 0x7fffffff;
/** Windows of a new connection and of its streams, before SETTINGS say otherwise. */
export const DEFAULT_WINDOW = 65_535;
/** Longest payload of a frame, before SETTINGS say otherwise. */
export const DEFAULT_FRAME_BYTES = 16_384;
/** The highest that `MAX_FRAME_SIZE` may be. */
export const MAX_FRAME_BYTES = 0xffffff;

/** A big-endian number of four bytes, unsigned. */
export function uint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>>
    0;
}

/** One of 31 bits: a stream or an increment, whose first bit is reserved. */
export function uint31(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! & 0x7f) << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) |
    bytes[at + 3]!;
}

/** Writes a big-endian number of four bytes. */
export function putUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** Writes the head of a frame. */
export function putFrameHead(
  bytes: Uint8Array,
  at: number,
  length: number,
  type: number,
  flags: number,
  stream: number,
): void {
  bytes[at] = length >>> 16;
  bytes[at + 1] = length >>> 8;
  bytes[at + 2] = length;
  bytes[at + 3] = type;
  bytes[at + 4] = flags;
  putUint32(bytes, at + 5, stream);
}
