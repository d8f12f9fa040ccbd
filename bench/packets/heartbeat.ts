import wabt from "wabt";

/** Compiles the heartbeat parser of this folder. */
export async function heartbeatGuest(): Promise<Uint8Array<ArrayBuffer>> {
  const text = await Deno.readTextFile(new URL("heartbeat.wat", import.meta.url));
  const parsed = (await wabt()).parseWat("heartbeat.wat", text);
  try {
    return Uint8Array.from(parsed.toBinary({}).buffer);
  } finally {
    parsed.destroy();
  }
}

/** The packet that it answers: bytes of any value behind its kind. */
export function heartbeat(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) => i === 0 ? 1 : i);
}
