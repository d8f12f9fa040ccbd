/*
 * What a packet parser exports, and what it needs to do so without a C library.
 *
 *   #include "contract.h"
 *
 *   u64 handle_body(u8 *packet, u32 size) { return response(packet, size); }
 *
 * That is a whole parser: it sends back what came. `components/parsers/compilers.ts` holds the command
 * line that builds one, of one source file.
 *
 * For each packet the host calls, in this order and with nothing in between:
 *
 *   handle_header   TCP only, and only where it is exported: with the header between an alloc and a
 *                   dealloc of its own
 *   alloc           for the whole packet, header and body; a datagram has no header
 *   handle_body     with the packet written there
 *   dealloc         of the response, if there is one, after it was copied out
 *   dealloc         of the packet
 *
 * Nothing outlives a packet. There is one instance per shard, which answers the packets of all its
 * sessions, so what is kept between two packets is kept for somebody else.
 *
 * Bounds. The host reads pointers and sizes as unsigned and checks them against the memory as it is
 * after the call. A packet has at most header + BODYMAX bytes, a response as many as the host allows.
 * Memory starts with --initial-memory (128 KiB) and grows to --max-memory (16 MiB), which may not be
 * above the host's cap (16 MiB); where none is declared, the cap is it. A parser imports nothing. A
 * call that traps gives no response, and the session goes on.
 */
#ifndef PARSER_CONTRACT_H
#define PARSER_CONTRACT_H

typedef __UINT8_TYPE__ u8;
typedef __UINT16_TYPE__ u16;
typedef __UINT32_TYPE__ u32;
typedef __UINT64_TYPE__ u64;
typedef __INT32_TYPE__ i32;

#ifdef __cplusplus
extern "C" {
#endif

/* Room for `size` bytes, aligned to 8; a null pointer where there is none. */
void *alloc(u32 size);

/* Takes room back. The response may be a part of the packet, so both calls may be for one place. */
void dealloc(void *at, u32 size);

/*
 * What to send back for a packet of `size` bytes, header included: response() or NO_RESPONSE. It may
 * change the packet, and answer with its bytes.
 */
u64 handle_body(u8 *packet, u32 size);

/*
 * Optional: the size of the body that follows a header of `size` bytes. BAD_HEADER, or more than
 * BODYMAX, ends the session. Without it, LENGTH in the script says where the size is written.
 */
i32 handle_header(const u8 *header, u32 size);

#define NO_RESPONSE ((u64)0)
#define BAD_HEADER ((i32)-1)
#define MAX_BODY 0x7fffffffu /* The longest body that handle_header can tell. */

/* The result of handle_body: the size above the pointer. */
static inline u64 response(const void *at, u32 size) {
  return (u64)size << 32 | (u32)at;
}

/* Numbers in network byte order, at any alignment. */

static inline u16 read_u16(const u8 *at) {
  return (u16)(at[0] << 8 | at[1]);
}

static inline u32 read_u32(const u8 *at) {
  return (u32)read_u16(at) << 16 | read_u16(at + 2);
}

static inline void write_u16(u8 *at, u16 value) {
  at[0] = (u8)(value >> 8);
  at[1] = (u8)value;
}

static inline void write_u32(u8 *at, u32 value) {
  write_u16(at, (u16)(value >> 16));
  write_u16(at + 2, (u16)value);
}

/*
 * Clang calls these for loops and structs that copy or clear; there is no C library to have them.
 * It leaves loops alone in functions of these names.
 */

void *memcpy(void *to, const void *from, __SIZE_TYPE__ size) {
  for (__SIZE_TYPE__ i = 0; i < size; i++) ((u8 *)to)[i] = ((const u8 *)from)[i];
  return to;
}

void *memset(void *to, int value, __SIZE_TYPE__ size) {
  for (__SIZE_TYPE__ i = 0; i < size; i++) ((u8 *)to)[i] = (u8)value;
  return to;
}

/*
 * A bump allocator: a block begins where the last one ended, and to free it frees all after it too.
 * The host frees in the reverse order of alloc, so there is nothing left between packets, and it does
 * no harm to free one place twice. Define PARSER_OWN_ALLOCATOR before the #include to bring another.
 */
#ifndef PARSER_OWN_ALLOCATOR

#define PAGE_BYTES 65536u

extern u8 __heap_base; /* Set by the linker: the first byte after the data and the stack. */

static u8 *bump_top = &__heap_base;

void *alloc(u32 size) {
  u32 at = ((u32)bump_top + 7) & ~7u;
  u32 room = (u32)__builtin_wasm_memory_size(0) * PAGE_BYTES - at;
  if (size > room) {
    u32 pages = (size - room - 1) / PAGE_BYTES + 1;
    if ((i32)__builtin_wasm_memory_grow(0, pages) == -1) return 0;
  }
  bump_top = (u8 *)at + size;
  return (void *)at;
}

void dealloc(void *at, u32 size) {
  (void)size;
  if ((u8 *)at >= &__heap_base && (u8 *)at < bump_top) bump_top = (u8 *)at;
}

#endif

#ifdef __cplusplus
}
#endif
#endif
