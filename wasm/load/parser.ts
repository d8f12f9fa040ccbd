import { isAbsolute, join } from "node:path";
import { OptionError } from "../../internal/mod.ts";
import { currentContext } from "../../metrics/mod.ts";
import { type CompiledGuest, compileGuest, type GuestLimits } from "../guest/mod.ts";

/** The key by which a load gets at a parser's module. */
export let compiledOf: (parser: PacketParser) => CompiledGuest;

/**
 * A packet parser: a WebAssembly module that answers packets, checked and compiled. Each `PacketLoad`
 * that is given it runs an instance of its own.
 */
export class PacketParser {
  /** Whether it says itself how long bodies are: it exports `handle_header`. */
  readonly hasHeader: boolean;
  readonly #compiled: CompiledGuest;

  static {
    compiledOf = (parser) => parser.#compiled;
  }

  /** Of a module that was compiled; others go through `PacketParser.load`. */
  constructor(compiled: CompiledGuest) {
    this.#compiled = compiled;
    this.hasHeader = compiled.hasHeader;
  }

  /**
   * Checks and compiles a module.
   *
   * @param module its bytes, or the path of its file: relative to the script's folder in a run
   * @param limits of the module's bytes and its memory
   * @throws {PacketError} `guest_invalid` with every fault, `guest_too_large`
   * @throws {OptionError} for limits that are none, and for what is neither bytes nor a path
   */
  static async load(module: Uint8Array | string, limits: GuestLimits = {}): Promise<PacketParser> {
    if (module instanceof Uint8Array) return new PacketParser(compileGuest(module, limits));
    if (typeof module !== "string" || module === "") {
      throw new OptionError("module", `a parser is bytes or the path of a file: ${String(module)}`);
    }
    const { folder } = currentContext();
    const path = folder === null || isAbsolute(module) ? module : join(folder, module);
    return new PacketParser(compileGuest(await Deno.readFile(path), limits));
  }
}
