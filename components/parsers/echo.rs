//! Sends back every packet as it came: the contract of `contract.h` in Rust.
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

/// Room for `size` bytes, aligned to 8; null where there is none.
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
