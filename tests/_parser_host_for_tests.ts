import assert from "node:assert/strict";

/** A packet parser, called as slowly and strictly as can be. */
export interface ParserHost {
  readonly hasHeader: boolean;
  /** What `handle_header` says. */
  bodySize(header: Uint8Array): number;
  /** The response; empty where there is none. Throws when the parser breaks the contract. */
  respond(packet: Uint8Array): Uint8Array;
  /** Bytes of its memory. */
  memorySize(): number;
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  alloc(size: number): number;
  dealloc(at: number, size: number): void;
  handle_body(at: number, size: number): bigint;
  handle_header?(at: number, size: number): number;
}

/** The contract word by word: independent of the host in `wasm/guest`, to hold both against. */
export function hostParser(bytes: Uint8Array<ArrayBuffer>): ParserHost {
  const module = new WebAssembly.Module(bytes);
  assert.deepEqual(WebAssembly.Module.imports(module), [], "a parser imports nothing");
  const guest = new WebAssembly.Instance(module).exports as unknown as Exports;
  let free: number | undefined;

  /** The bytes at a place that the guest names; both numbers may come as negative ones. */
  function view(at: number, size: number): Uint8Array {
    const [from, to] = [at >>> 0, (at >>> 0) + (size >>> 0)];
    assert(to <= guest.memory.buffer.byteLength, `bytes ${from} to ${to} are out of its memory`);
    return new Uint8Array(guest.memory.buffer, from, size >>> 0);
  }

  function give(bytes: Uint8Array): number {
    const at = guest.alloc(bytes.length);
    assert.notEqual(at, 0, `no memory for ${bytes.length} bytes`);
    free ??= at;
    assert.equal(at, free, "nothing is left of the packet before");
    view(at, bytes.length).set(bytes);
    return at;
  }

  return {
    hasHeader: guest.handle_header !== undefined,
    bodySize(header) {
      const at = give(header);
      const size = guest.handle_header!(at, header.length);
      guest.dealloc(at, header.length);
      return size;
    },
    respond(packet) {
      const at = give(packet);
      const packed = BigInt.asUintN(64, guest.handle_body(at, packet.length));
      const [out, size] = [Number(packed & 0xffffffffn), Number(packed >> 32n)];
      const response = size === 0 ? new Uint8Array() : view(out, size).slice();
      if (size > 0) guest.dealloc(out, size);
      guest.dealloc(at, packet.length);
      return response;
    },
    memorySize: () => guest.memory.buffer.byteLength,
  };
}
