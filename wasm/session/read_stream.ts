import type { Socket } from "../../net/mod.ts";
import { PacketError } from "../errors.ts";
import type { Incoming } from "./incoming.ts";
import type { Intake } from "./intake.ts";

/**
 * Reads packets until the peer ends.
 *
 * @param flush called after each read, when its packets were taken
 * @throws {PacketError} `closed_early` in the middle of a packet, and what `Incoming` and `Intake` throw
 */
export async function readStream(
  socket: Socket,
  incoming: Incoming,
  intake: Intake,
  flush: () => void,
): Promise<void> {
  for (;;) {
    const count = await socket.readInto(incoming.room());
    if (count === null) break;
    intake.read(count);
    incoming.filled(count);
    while (incoming.next()) {
      intake.take(incoming.buffer, incoming.from, incoming.to);
      if (!intake.full) continue;
      flush();
      if (intake.full) await intake.hasRoom();
    }
    flush();
  }
  if (!incoming.midPacket) return;
  throw new PacketError("closed_early", "the peer closed in the middle of a packet", {
    phase: "read",
  });
}

/** Reads and drops until the peer ends. */
export async function dropStream(socket: Socket): Promise<void> {
  const buffer = new Uint8Array(4096);
  while (await socket.readInto(buffer) !== null);
}
