import wabt from "wabt";
import { PacketParser } from "./parser.ts";

const tools = await wabt();

/** What of a parser a test replaces. */
interface Parts {
  /** Gives an i64: the response's place and, 32 bits up, its size. Default: the packet itself. */
  readonly body?: string;
  /** Gives an i32: the size of the body. Default: none, so the length is read by the host. */
  readonly header?: string;
}

const ECHO = `(i64.or (i64.extend_i32_u (local.get $p))
  (i64.shl (i64.extend_i32_u (local.get $n)) (i64.const 32)))`;

/** Bytes of a module that answers each packet with its bytes, unless a part says otherwise. */
export function parserBytes({ body = ECHO, header }: Parts = {}): Uint8Array {
  const parsed = tools.parseWat(
    "parser.wat",
    `(module
      (memory (export "memory") 4 4)
      (func (export "alloc") (param i32) (result i32) (i32.const 1024))
      (func (export "dealloc") (param i32 i32))
      ${
      header === undefined
        ? ""
        : `(func (export "handle_header") (param $p i32) (param $n i32) (result i32) ${header})`
    }
      (func (export "handle_body") (param $p i32) (param $n i32) (result i64) ${body}))`,
  );
  try {
    return Uint8Array.from(parsed.toBinary({}).buffer);
  } finally {
    parsed.destroy();
  }
}

/** A parser of these parts. */
export function parserOf(parts: Parts = {}): Promise<PacketParser> {
  return PacketParser.load(parserBytes(parts));
}
