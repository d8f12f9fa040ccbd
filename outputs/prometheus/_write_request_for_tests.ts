import { decompressSnappy } from "./_snappy_for_tests.ts";

/** A series of a write request with its samples. */
export interface ReadSeries {
  readonly labels: readonly (readonly [string, string])[];
  readonly samples: readonly { readonly value: number; readonly time: number }[];
}

type Field = { number: number; bytes?: Uint8Array; varint?: number };

/** Reads a packed write request; throws on any byte that the specification has no place for. */
export function readWriteRequest(payload: Uint8Array): ReadSeries[] {
  return [...fieldsOf(decompressSnappy(payload))].map(({ number, bytes }) => {
    if (number !== 1 || bytes === undefined) throw new Error(`WriteRequest has a field ${number}`);
    const labels: [string, string][] = [];
    const samples: { value: number; time: number }[] = [];
    for (const field of fieldsOf(bytes)) {
      if (field.bytes === undefined) throw new Error("a TimeSeries has messages alone");
      const inner = [...fieldsOf(field.bytes)];
      if (field.number === 1) {
        const [name, value] = inner.map(({ bytes }) => new TextDecoder().decode(bytes!));
        labels.push([name!, value!]);
      } else {
        const { buffer, byteOffset } = inner[0]!.bytes!;
        const value = new DataView(buffer, byteOffset, 8).getFloat64(0, true);
        samples.push({ value, time: inner[1]!.varint! });
      }
    }
    return { labels, samples };
  });
}

function* fieldsOf(message: Uint8Array): Generator<Field> {
  let at = 0;
  while (at < message.length) {
    const tag = varint();
    const [number, type] = [tag >> 3, tag & 7];
    if (type === 0) yield { number, varint: varint() };
    else if (type === 1 || type === 2) {
      const length = type === 1 ? 8 : varint();
      if (at + length > message.length) throw new Error("a field is longer than its message");
      yield { number, bytes: message.slice(at, at += length) };
    } else throw new Error(`wire type ${type}`);
  }

  function varint(): number {
    let value = 0;
    for (let scale = 1;; scale *= 128) {
      const byte = message[at++];
      if (byte === undefined) throw new Error("a varint ends early");
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }
}
