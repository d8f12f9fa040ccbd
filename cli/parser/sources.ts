/** What `downpour parser new` writes: parsers that send back every packet, by language. */
export const SOURCES = {
  c: {
    name: "parser.c",
    text: `/*
 * A packet parser: it sends back every packet as it came. Change handle_body, and handle_header where
 * the header of your protocol says in another way how long the body is.
 *
 * For each packet the host calls alloc, handle_body with the packet written there, and dealloc of the
 * response and of the packet. Nothing may be kept between two packets. Pointers and sizes are checked
 * by the host; a trap means no response, and the session goes on.
 */
typedef __UINT8_TYPE__ u8;
typedef __UINT32_TYPE__ u32;
typedef __UINT64_TYPE__ u64;
typedef __INT32_TYPE__ i32;

#define PAGE 65536u
#define NO_RESPONSE ((u64)0)
#define BAD_HEADER ((i32)-1)

extern u8 __heap_base; /* Set by the linker: the first byte after the data and the stack. */
static u8 *top = &__heap_base;

/* Room for \`size\` bytes, aligned to 8; a null pointer where there is none. */
void *alloc(u32 size) {
  u32 at = ((u32)top + 7) & ~7u;
  u32 room = (u32)__builtin_wasm_memory_size(0) * PAGE - at;
  if (size > room && (i32)__builtin_wasm_memory_grow(0, (size - room - 1) / PAGE + 1) == -1) return 0;
  top = (u8 *)at + size;
  return (void *)at;
}

/* Takes room back, and all that was given after it. */
void dealloc(void *at, u32 size) {
  (void)size;
  if ((u8 *)at >= &__heap_base && (u8 *)at < top) top = at;
}

/* How many bytes of body follow a header: here its first four bytes say so, big-endian. */
i32 handle_header(const u8 *header, u32 size) {
  if (size < 4 || header[0] > 127) return BAD_HEADER;
  return header[0] << 24 | header[1] << 16 | header[2] << 8 | header[3];
}

/* The response: its size above its place. */
u64 handle_body(u8 *packet, u32 size) {
  if (size == 0) return NO_RESPONSE;
  return (u64)size << 32 | (u32)packet;
}
`,
  },
  wat: {
    name: "parser.wat",
    text: `;; A packet parser that sends back every packet as it came. Change handle_body; export
;; handle_header (i32, i32) -> i32, the size of the body, for TCP headers of your own.
(module
  ;; 128 KiB, 16 MiB at most.
  (memory (export "memory") 2 256)

  ;; The first bytes stay free, so that no pointer is 0.
  (global $HEAP i32 (i32.const 8))
  (global $top (mut i32) (i32.const 8))

  ;; A block begins where the last one ended, at a multiple of 8.
  (func (export "alloc") (param $size i32) (result i32)
    (local $at i32)
    (local $room i32)
    (local.set $at (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
    (local.set $room (i32.sub (i32.shl (memory.size) (i32.const 16)) (local.get $at)))
    (if (i32.gt_u (local.get $size) (local.get $room))
      (then
        (if
          (i32.eq
            (memory.grow
              (i32.add
                (i32.shr_u
                  (i32.sub (i32.sub (local.get $size) (local.get $room)) (i32.const 1))
                  (i32.const 16))
                (i32.const 1)))
            (i32.const -1))
          (then (return (i32.const 0))))))
    (global.set $top (i32.add (local.get $at) (local.get $size)))
    (local.get $at))

  ;; Frees all after it too. The host frees in the reverse order of alloc.
  (func (export "dealloc") (param $at i32) (param $size i32)
    (if
      (i32.and
        (i32.ge_u (local.get $at) (global.get $HEAP))
        (i32.lt_u (local.get $at) (global.get $top)))
      (then (global.set $top (local.get $at)))))

  ;; The size above the pointer.
  (func (export "handle_body") (param $packet i32) (param $size i32) (result i64)
    (i64.or
      (i64.shl (i64.extend_i32_u (local.get $size)) (i64.const 32))
      (i64.extend_i32_u (local.get $packet)))))
`,
  },
  assemblyscript: {
    name: "parser.ts",
    text:
      `// A packet parser that sends back every packet as it came, in AssemblyScript. Change handle_body;
// add handle_header(header: u32, size: u32): i32, the size of the body, for TCP headers.

/**
 * End of the last block; 0 before the first. The host refuses code that runs at the start, and any
 * other value than a number written here would be that.
 */
let top: u32 = 0;

/** Room for \`size\` bytes, aligned to 8; 0 where there is none. */
export function alloc(size: u32): u32 {
  const at = (max(top, <u32> __heap_base) + 7) & ~7;
  const room = (<u32> memory.size() << 16) - at;
  if (size > room && memory.grow(((size - room - 1) >>> 16) + 1) == -1) return 0;
  top = at + size;
  return at;
}

/** Takes room back, and all that was given after it. */
export function dealloc(at: u32, _size: u32): void {
  if (at >= <u32> __heap_base && at < top) top = at;
}

/** The response: its size above the pointer. */
export function handle_body(packet: u32, size: u32): u64 {
  return (<u64> size << 32) | packet;
}
`,
  },
  rust: {
    name: "parser.rs",
    text: `//! A packet parser that sends back every packet as it came. Change \`handle_body\`; add
//! \`handle_header(header: *const u8, size: usize) -> i32\`, the size of the body, for TCP headers.
#![no_std]

use core::arch::wasm32::{memory_grow, memory_size};
use core::ptr::{addr_of, null_mut};
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

const PAGE_BYTES: usize = 65536;

extern "C" {
    /// Set by the linker: the first byte after the data and the stack.
    static __heap_base: u8;
}

/// End of the last block; 0 before the first.
static TOP: AtomicUsize = AtomicUsize::new(0);

fn heap_base() -> usize {
    addr_of!(__heap_base) as usize
}

/// Room for \`size\` bytes, aligned to 8; null where there is none.
#[no_mangle]
pub extern "C" fn alloc(size: usize) -> *mut u8 {
    let at = (TOP.load(Relaxed).max(heap_base()) + 7) & !7;
    let room = memory_size(0) * PAGE_BYTES - at;
    if size > room && memory_grow(0, (size - room).div_ceil(PAGE_BYTES)) == usize::MAX {
        return null_mut();
    }
    TOP.store(at + size, Relaxed);
    at as *mut u8
}

/// Takes room back, and all that was given after it.
#[no_mangle]
pub extern "C" fn dealloc(at: *mut u8, _size: usize) {
    if (heap_base()..TOP.load(Relaxed)).contains(&(at as usize)) {
        TOP.store(at as usize, Relaxed);
    }
}

/// The response: its size above the pointer.
#[no_mangle]
pub extern "C" fn handle_body(packet: *mut u8, size: usize) -> u64 {
    (size as u64) << 32 | packet as u64
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}
`,
  },
} as const;
