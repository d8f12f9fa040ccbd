/*
 * Requests and responses in lock-step: the client sends request n, the server answers it, the
 * client sends request n + 1.
 *
 *   offset  bytes
 *   0       4     length of what follows: 8 or more
 *   4       4     sequence of this message
 *   8       4     acknowledged: sequence of the last message that its sender got
 *   12      …     payload
 *
 * Numbers are in network byte order and wrap around. A parser remembers nothing, and needs not: a
 * response to request n has both numbers n. Where they differ, something in between was lost or came
 * twice, and this parser is silent. Otherwise it sends request n + 1, which acknowledges n.
 */
#include "contract.h"

enum { LENGTH = 0, SEQUENCE = 4, ACKNOWLEDGED = 8, LENGTH_BYTES = 4, SMALLEST_BODY = 8 };

i32 handle_header(const u8 *header, u32 size) {
  if (size != LENGTH_BYTES) return BAD_HEADER;
  u32 length = read_u32(header + LENGTH);
  return length < SMALLEST_BODY || length > MAX_BODY ? BAD_HEADER : (i32)length;
}

u64 handle_body(u8 *packet, u32 size) {
  if (size < LENGTH_BYTES + SMALLEST_BODY) return NO_RESPONSE;
  if (read_u32(packet + LENGTH) != size - LENGTH_BYTES) return NO_RESPONSE;
  u32 sequence = read_u32(packet + SEQUENCE);
  if (read_u32(packet + ACKNOWLEDGED) != sequence) return NO_RESPONSE;

  u32 request_size = LENGTH_BYTES + SMALLEST_BODY;
  u8 *request = alloc(request_size);
  if (!request) return NO_RESPONSE;
  write_u32(request + LENGTH, SMALLEST_BODY);
  write_u32(request + SEQUENCE, sequence + 1);
  write_u32(request + ACKNOWLEDGED, sequence);
  return response(request, request_size);
}
