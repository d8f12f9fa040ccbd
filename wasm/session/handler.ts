import { currentContext } from "../../metrics/mod.ts";
import { type CompiledGuest, createGuest } from "../guest/mod.ts";
import { PacketError } from "../errors.ts";
import { PACKET_METRICS } from "../metrics.ts";
import type { SessionSettings } from "../plan.ts";
import { readField } from "./numbers.ts";
import type { EndpointSeries } from "./series.ts";

/**
 * Bytes of the body that follows the header in `bytes`, from `start` to before `end`.
 *
 * @throws {PacketError} `header_invalid`, `guest_broken`: both end the session
 */
export type BodySize = (bytes: Uint8Array, start: number, end: number) => number;

/**
 * What becomes of the packets that come in: a guest answers them, or nothing does. One handler
 * serves all sessions of a shard, and is called for one packet at a time.
 */
export interface PacketHandler {
  /** The response to the last packet is at its beginning, until the handler is called again. */
  readonly buffer: Uint8Array;
  /** Whether packets are answered: `respond` may be called. */
  readonly answers: boolean;
  /** What reads headers of packets that come from one endpoint. @param series the endpoint's */
  bodySizeOf(series: EndpointSeries): BodySize;
  /**
   * Takes a packet, header and body; returns how many bytes of response are in `buffer`.
   *
   * @param series of the endpoint that it came from
   * @throws {PacketError} `guest_broken`, which ends the session
   */
  respond(series: EndpointSeries, bytes: Uint8Array, start: number, end: number): number;
}

/**
 * The handler of a load: a guest, or null for one that reads and drops (`NOP`).
 *
 * @throws {PacketError} `guest_invalid`, or `header_invalid` where nothing says how long bodies are
 */
export function handlerOf(
  settings: SessionSettings,
  compiled: CompiledGuest | null,
): PacketHandler {
  if (compiled === null) return nopHandler(settings);
  const { recorder } = currentContext();
  let from: EndpointSeries | null = null; // Where the packet at hand came from.
  const guest = createGuest(compiled, {
    onTrap: (name) => from?.count(PACKET_METRICS.traps, "function", name),
    onEmpty: (reason) => from?.count(PACKET_METRICS.emptyResponses, "reason", reason),
    log: (line) => recorder.warn?.(line),
  });
  const read = guest.hasHeader ? null : lengthReader(settings);
  return {
    answers: true,
    get buffer() {
      return guest.buffer;
    },
    bodySizeOf: (series) =>
      read ?? ((bytes, start, end) => {
        from = series;
        return guest.bodySize(bytes, start, end);
      }),
    respond(series, bytes, start, end) {
      from = series;
      return guest.respond(bytes, start, end);
    },
  };
}

/** Reads lengths by their place in the header, and answers nothing. */
function nopHandler(settings: SessionSettings): PacketHandler {
  const read = lengthReader(settings);
  return {
    answers: false,
    buffer: new Uint8Array(0),
    bodySizeOf: () => read,
    respond: () => 0,
  };
}

/**
 * The built-in reader of lengths: by `LENGTH`, or of the whole header, little-endian, where that is
 * a number of up to 8 bytes.
 *
 * @throws {PacketError} `header_invalid` where a header is read and nothing says where its length is
 */
export function lengthReader(
  { transport, read, headerSize, length }: SessionSettings,
): (bytes: Uint8Array, start: number) => number {
  const field = length ?? { start: 0, length: headerSize, endian: "little" };
  const isReading = read && transport === "tcp";
  if (isReading && (field.length > 8 || field.start + field.length > headerSize)) {
    const why = length === null
      ? `a header of ${headerSize} bytes needs LENGTH, or a guest with handle_header`
      : `LENGTH ${length.start}:${length.length} lies outside of a header of ${headerSize} bytes`;
    throw new PacketError("header_invalid", why, { phase: "load" });
  }
  return (bytes, start) => readField(bytes, start, field);
}
