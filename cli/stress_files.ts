import { dirname, isAbsolute, join } from "node:path";
import { describeError, OptionError } from "../internal/mod.ts";
import { checkGuest } from "../wasm/guest/mod.ts";
import type { StressPlan } from "../wasm/mod.ts";
import { checkPacketSizes, compileWithPositions, SCRIPT_LIMITS } from "../wasm/script/mod.ts";

/** A stress script and all files that it names. */
export interface StressFiles {
  readonly plan: StressPlan;
  /** The packets, by name. */
  readonly packets: Readonly<Record<string, Uint8Array>>;
  /** The module of the guest, not compiled; null without one. */
  readonly guest: Uint8Array | null;
}

/** Bytes of the longest module that is read at all. */
const MAX_GUEST = 64 * 2 ** 20;
/** Bytes of all packets and the guest together: they travel to each shard. */
const MAX_TOGETHER = 32 * 2 ** 20;

/**
 * Reads a stress script and the packets and guest that it names, from its own folder.
 *
 * @throws {ScriptError} with every problem of the script
 * @throws {OptionError} for a file that can't be read or used; all of them at once
 */
export async function readStress(path: string): Promise<StressFiles> {
  const text = new TextDecoder().decode(await read(path, 4 * SCRIPT_LIMITS.characters));
  const { plan, positions } = compileWithPositions(text, { file: path });
  const faults: string[] = [];
  const attempt = async (what: string, file: string, most: number): Promise<Uint8Array> => {
    try {
      return await read(besides(path, file), most);
    } catch (error) {
      faults.push(`${what}: ${describeError(error)}`);
      return new Uint8Array(0);
    }
  };
  const packets: Record<string, Uint8Array> = {};
  for (const [name, file] of Object.entries(plan.packets)) {
    packets[name] = await attempt(`packet ${name}`, file, SCRIPT_LIMITS.packetBytes);
  }
  const { handler } = plan;
  const guest = handler === null ? null : await attempt("handler", handler, MAX_GUEST);
  if (guest !== null && faults.length === 0) {
    const report = checkGuest(guest);
    for (const fault of report.faults) faults.push(`handler ${handler}: ${fault}`);
    const { transport, read, headerSize, length } = plan.settings;
    if (report.ok && transport === "tcp" && read && length === null && !report.hasHeader) {
      faults.push(
        `handler ${handler}: it has no handle_header, and the script no LENGTH: ` +
          `nothing says which of ${headerSize} header bytes hold the body's size`,
      );
    }
  }
  if (faults.length > 0) throw new OptionError("script", `${path}: ${faults.join(`\n${path}: `)}`);
  checkPacketSizes(plan, sizesOf(packets), positions);
  checkTogether(path, [...Object.values(packets), guest ?? new Uint8Array(0)]);
  return { plan, packets, guest };
}

/** Bytes of each packet. */
export function sizesOf(packets: StressFiles["packets"]): Record<string, number> {
  return Object.fromEntries(Object.entries(packets).map(([name, { length }]) => [name, length]));
}

function besides(script: string, file: string): string {
  return isAbsolute(file) ? file : join(dirname(script), file);
}

async function read(path: string, most: number): Promise<Uint8Array> {
  let size: number;
  try {
    const info = await Deno.stat(path);
    if (!info.isFile) throw new Error("it is no file");
    size = info.size;
    if (size <= most) return await Deno.readFile(path);
  } catch (error) {
    throw new OptionError("script", `cannot read ${path}: ${reasonOf(error)}`, error);
  }
  throw new OptionError("script", `${path} has ${size} bytes: at most ${most} are taken`);
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "it does not exist";
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (error instanceof Deno.errors.NotCapable) return "this process may not read it";
  return describeError(error);
}

function checkTogether(path: string, files: readonly Uint8Array[]): void {
  const bytes = files.reduce((sum, { length }) => sum + length, 0);
  if (bytes <= MAX_TOGETHER) return;
  throw new OptionError(
    "script",
    `${path}: its packets and handler have ${bytes} bytes together: at most ${MAX_TOGETHER}`,
  );
}
