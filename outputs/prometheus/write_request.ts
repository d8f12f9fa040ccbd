import { Chunk } from "../_chunk.ts";
import { byName, type Label } from "./names.ts";

/*
 * Messages of remote write 1.0 (https://prometheus.io/docs/specs/prw/remote_write_spec/), as
 * protocol buffers write them. The fields that are used:
 *
 *   WriteRequest { repeated TimeSeries timeseries = 1; }
 *   TimeSeries { repeated Label labels = 1; repeated Sample samples = 2; }
 *   Label { string name = 1; string value = 2; }
 *   Sample { double value = 1; int64 timestamp = 2; }
 */

/** A field's number and wire type: 0 varint, 1 eight bytes, 2 a length and bytes. */
const TIMESERIES = 1 << 3 | 2;
const LABELS = 1 << 3 | 2;
const SAMPLES = 2 << 3 | 2;
const LABEL_NAME = 1 << 3 | 2;
const LABEL_VALUE = 2 << 3 | 2;
const SAMPLE_VALUE = 1 << 3 | 1;
const SAMPLE_TIMESTAMP = 2 << 3 | 0;

/** What a series has when it came to its end: a NaN of these bits (stale marker). */
export const STALE = "stale";
const STALE_HIGH = 0x7ff00000;
const STALE_LOW = 0x00000002;

const encoder = new TextEncoder();
const scratch = new Chunk();

/** The labels of a series as they stand in every message about it, sorted. */
export function encodeLabels(name: string, labels: readonly Label[]): Uint8Array {
  scratch.length = 0;
  const all: Label[] = [["__name__", name], ...labels];
  for (const [label, value] of all.sort(byName)) {
    const [labelBytes, valueBytes] = [encoder.encode(label), encoder.encode(value)];
    const length = sized(labelBytes.length) + sized(valueBytes.length);
    addTag(scratch, LABELS);
    addVarint(scratch, length);
    addBytes(scratch, LABEL_NAME, labelBytes);
    addBytes(scratch, LABEL_VALUE, valueBytes);
  }
  return scratch.bytes.slice(0, scratch.length);
}

/**
 * Appends one series with one sample to a request.
 *
 * @param time milliseconds since the epoch, whole
 */
export function addSeries(
  request: Chunk,
  labels: Uint8Array,
  value: number | typeof STALE,
  time: number,
): void {
  const sample = 1 + 8 + 1 + varintLength(time);
  addTag(request, TIMESERIES);
  addVarint(request, labels.length + sized(sample));
  request.add(labels);
  addTag(request, SAMPLES);
  addVarint(request, sample);
  addTag(request, SAMPLE_VALUE);
  addDouble(request, value);
  addTag(request, SAMPLE_TIMESTAMP);
  addVarint(request, time);
}

function addBytes(chunk: Chunk, tag: number, bytes: Uint8Array): void {
  addTag(chunk, tag);
  addVarint(chunk, bytes.length);
  chunk.add(bytes);
}

function addTag(chunk: Chunk, tag: number): void {
  chunk.reserve(1);
  chunk.bytes[chunk.length++] = tag;
}

/** Appends a whole number from 0 to 2^53. */
function addVarint(chunk: Chunk, value: number): void {
  chunk.reserve(8);
  let left = value;
  while (left > 127) {
    chunk.bytes[chunk.length++] = left % 128 + 128;
    left = Math.floor(left / 128);
  }
  chunk.bytes[chunk.length++] = left;
}

function addDouble(chunk: Chunk, value: number | typeof STALE): void {
  chunk.reserve(8);
  const view = new DataView(chunk.bytes.buffer, chunk.bytes.byteOffset + chunk.length, 8);
  if (value === STALE) {
    view.setUint32(0, STALE_LOW, true);
    view.setUint32(4, STALE_HIGH, true);
  } else view.setFloat64(0, value, true);
  chunk.length += 8;
}

/** Bytes of a field with a length: its tag, the length and what it is of. */
function sized(length: number): number {
  return 1 + varintLength(length) + length;
}

function varintLength(value: number): number {
  let length = 1;
  for (let left = value; left > 127; left = Math.floor(left / 128)) length++;
  return length;
}
