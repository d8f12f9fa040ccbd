/** Streams at a time until the peer's SETTINGS say how many it takes. */
export const DEFAULT_STREAMS = 100;

/** What the peer may send on one stream before it is read: what a slow reader can cost. */
export const STREAM_WINDOW: number = 1024 * 1024;
/** What the peer may send on all streams before it is looked at. */
export const CONNECTION_WINDOW: number = 16 * 1024 * 1024;

/** Most bytes of a field block on the wire, over all of its frames. */
export const MAX_BLOCK_BYTES: number = 256 * 1024;
/** Most CONTINUATION frames of one block. */
export const MAX_CONTINUATIONS = 64;
/** Most bytes of fields as RFC 9113 §6.5.2 counts them; a response over it fails. */
export const MAX_FIELDS_BYTES: number = 256 * 1024;
/** As many times over that limit, a block is an attack on the connection. */
export const BOMB_FACTOR = 4;
/** Most fields of a head or a trailer section. */
export const MAX_FIELDS = 2000;
/** Most 1xx responses before the final one. */
export const MAX_INFORMATIONAL = 100;

/** Most frames a second that bring nothing: PING, SETTINGS, empty DATA, frames of dead streams. */
export const MAX_IDLE_FRAMES = 2000;
/** How many of them each stream that ends makes good. */
export const FORGIVEN_FRAMES = 10;
/** Most bytes of answers that wait because the peer doesn't read. */
export const MAX_UNREAD_BYTES: number = 1024 * 1024;
/** From so many bytes on that wait to be written, bodies wait for them. */
export const FULL_OUTBOX_BYTES: number = 128 * 1024;

/** How many streams that we ended are remembered, because the peer may not know it yet. */
export const REMEMBERED_RESETS = 1024;
/** After so many streams a connection is replaced: ids end at 2^31 - 1. */
export const MAX_STREAM_ID = 0x7ffffffd;
