// Sends back every packet as it came: the contract of contract.h in AssemblyScript, which has the
// syntax of TypeScript and is none. `asc --runtime stub` brings no allocator that frees, so here is
// the one of the header.

/**
 * End of the last block; 0 before the first. The host refuses code that runs at the start, and any
 * other value than a number written here would be that.
 */
let top: u32 = 0;

/** Room for `size` bytes, aligned to 8; 0 where there is none. */
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
