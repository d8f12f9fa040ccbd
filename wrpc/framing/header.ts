import { WrpcError } from "../errors.ts";
import { Sink } from "../codec/sink.ts";
import { Source } from "../codec/source.ts";
import { readString } from "../codec/text.ts";

/** The version that a framed stream begins with. */
const VERSION = 0;
/** Longest instance and function name together, in bytes. */
const MAX_HEADER_BYTES = 4096;

const NO_HOST = {
  read: () => {
    throw new Error("a header has no channels");
  },
  track: () => {},
};

/** What an invocation asks for. */
export interface Header {
  /** Instance name, for example `xk6:wrpc/blaster@0.0.1`. */
  readonly instance: string;
  /** Name of the function. */
  readonly name: string;
}

/** Version and header. */
export function encodeHeader({ instance, name }: Header): Uint8Array<ArrayBuffer> {
  const sink = new Sink();
  sink.byte(VERSION);
  sink.string(instance);
  sink.string(name);
  return sink.take();
}

/** Reads version and header, wherever they are cut. */
export class HeaderDecoder {
  readonly #source = new Source({ maxBytes: MAX_HEADER_BYTES, maxElements: 1 }, NO_HOST);
  readonly #parts: string[] = [];
  #versioned = false;

  /**
   * Takes the next bytes.
   *
   * @returns the header with the bytes behind it, once it is complete
   * @throws {WrpcError} `version_unsupported`, `header_invalid`
   */
  push(bytes: Uint8Array): { readonly header: Header; readonly rest: Uint8Array } | null {
    const source = this.#source;
    try {
      source.push(bytes);
      if (!this.#versioned) {
        const version = source.byte();
        if (source.short) return null;
        if (version !== VERSION) throw unsupported(version);
        this.#versioned = true;
      }
      while (this.#parts.length < 2) {
        const part = readString(source);
        if (source.short) return null;
        this.#parts.push(part);
      }
    } catch (cause) {
      if (cause instanceof WrpcError && cause.code === "version_unsupported") throw cause;
      throw new WrpcError("header_invalid", "receive", "the header makes no sense", cause);
    }
    const [instance, name] = this.#parts as [string, string];
    return { header: { instance, name }, rest: source.rest };
  }
}

function unsupported(version: number): WrpcError {
  const message = `the peer speaks version ${version}: this side knows ${VERSION} alone`;
  return new WrpcError("version_unsupported", "receive", message);
}
