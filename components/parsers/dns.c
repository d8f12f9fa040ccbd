/*
 * Both sides of DNS (RFC 1035), over UDP and over TCP.
 *
 * A response is answered with the next query: the same question, its ID one higher. That keeps one
 * query per session on its way, as fast as the server answers. A query is answered with an address,
 * so that the same parser is the server of a test: A records of class IN are 192.0.2.1 (RFC 5737),
 * of any other type or class there are none.
 *
 * Over TCP a message follows two bytes with its length (section 4.2.2). Which of the two it is shows
 * at the count of questions, which is 1 in both, but not at the same place.
 */
#include "contract.h"

enum { LENGTH_BYTES = 2, HEADER_BYTES = 12, MAX_NAME = 255, MAX_LABEL = 63 };
enum { ID = 0, FLAGS = 2, QUESTIONS = 4, ANSWERS = 6, AUTHORITIES = 8, ADDITIONALS = 10 };
enum { RESPONSE = 0x8000, OPCODE = 0x7800, AUTHORITATIVE = 0x0400, RECURSION_DESIRED = 0x0100 };
enum { TYPE_A = 1, CLASS_IN = 1, TYPE_AND_CLASS = 4 };

/* Its name is a pointer to that of the question, which begins after the header. */
static const u8 ANSWER[] = {
    0xc0, HEADER_BYTES, 0, TYPE_A, 0, CLASS_IN, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1,
};

/* Bytes of header and question; 0 where it is no message with one question. */
static u32 question_end(const u8 *message, u32 size) {
  if (size < HEADER_BYTES || read_u16(message + QUESTIONS) != 1) return 0;
  if (read_u16(message + FLAGS) & OPCODE) return 0;
  u32 at = HEADER_BYTES;
  for (;;) {
    if (at >= size) return 0;
    u32 label = message[at++];
    if (label == 0) break;
    if (label > MAX_LABEL || label > size - at) return 0; /* No pointers: nothing to point at. */
    at += label;
    if (at - HEADER_BYTES >= MAX_NAME) return 0;
  }
  return size - at < TYPE_AND_CLASS ? 0 : at + TYPE_AND_CLASS;
}

static void write_header(u8 *message, u16 id, u16 flags, u16 answers) {
  write_u16(message + ID, id);
  write_u16(message + FLAGS, flags);
  write_u16(message + QUESTIONS, 1);
  write_u16(message + ANSWERS, answers);
  write_u16(message + AUTHORITIES, 0);
  write_u16(message + ADDITIONALS, 0);
}

i32 handle_header(const u8 *header, u32 size) {
  if (size != LENGTH_BYTES) return BAD_HEADER;
  u16 length = read_u16(header);
  return length < HEADER_BYTES ? BAD_HEADER : (i32)length;
}

u64 handle_body(u8 *packet, u32 size) {
  u32 prefix = 0;
  u32 end = question_end(packet, size);
  if (end == 0) {
    prefix = LENGTH_BYTES;
    if (size < prefix || read_u16(packet) != size - prefix) return NO_RESPONSE;
    end = question_end(packet + prefix, size - prefix);
    if (end == 0) return NO_RESPONSE;
  }
  const u8 *message = packet + prefix;
  u16 flags = read_u16(message + FLAGS);
  u16 id = read_u16(message + ID);

  u32 capacity = prefix + end + sizeof ANSWER;
  u8 *out = alloc(capacity);
  if (!out) return NO_RESPONSE;
  u8 *reply = out + prefix;
  u32 reply_size = end;
  memcpy(reply + HEADER_BYTES, message + HEADER_BYTES, end - HEADER_BYTES);
  u16 kept = flags & RECURSION_DESIRED;
  if (flags & RESPONSE) {
    write_header(reply, id + 1, kept, 0);
  } else {
    const u8 *type = message + end - TYPE_AND_CLASS;
    int known = read_u16(type) == TYPE_A && read_u16(type + 2) == CLASS_IN;
    write_header(reply, id, RESPONSE | AUTHORITATIVE | kept, (u16)known);
    if (known) {
      memcpy(reply + end, ANSWER, sizeof ANSWER);
      reply_size += sizeof ANSWER;
    }
  }
  if (prefix) write_u16(out, (u16)reply_size);
  return response(out, prefix + reply_size);
}
