import type { Lane } from "../lane.ts";

/** Writes the pieces of a request, as long as nothing has answered it. */
export async function sendPieces(
  lane: Lane,
  first: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
): Promise<void> {
  await lane.socket.write(first);
  lane.observer?.headSent();
  for await (const chunk of rest) {
    // An answer before the end of the request makes the rest of it pointless.
    if (lane.phase !== "send" || !lane.usable) throw new Error("answered early");
    await lane.socket.write(chunk);
  }
}
