/*
 * Answers heartbeats: a ping comes back as a pong, in place.
 *
 *   offset  bytes
 *   0       4     length of what follows: 13 or more
 *   4       1     kind: 1 ping, 2 pong
 *   5       4     sequence
 *   9       8     time of sending, in the sender's own unit
 *   17      …     anything
 *
 * Numbers are in network byte order. A pong has all bytes of its ping but the kind, so that the
 * sender of the ping finds its sequence, and how long it took, in the pong.
 */
#include "contract.h"

enum { LENGTH = 0, KIND = 4, LENGTH_BYTES = 4, SMALLEST_BODY = 13 };
enum { PING = 1, PONG = 2 };

i32 handle_header(const u8 *header, u32 size) {
  if (size != LENGTH_BYTES) return BAD_HEADER;
  u32 length = read_u32(header + LENGTH);
  return length < SMALLEST_BODY || length > MAX_BODY ? BAD_HEADER : (i32)length;
}

u64 handle_body(u8 *packet, u32 size) {
  if (size < LENGTH_BYTES + SMALLEST_BODY) return NO_RESPONSE;
  if (read_u32(packet + LENGTH) != size - LENGTH_BYTES) return NO_RESPONSE;
  if (packet[KIND] != PING) return NO_RESPONSE;
  packet[KIND] = PONG;
  return response(packet, size);
}
