//! The guest loop of packet parsers on wasmtime, as a peer of `bench packets`: the same guest, the
//! same packet, the same checks. Prints what it reached as JSON.
//!
//!     parser_loop GUEST.wasm SECONDS

use std::error::Error;
use std::time::{Duration, Instant};
use wasmtime::{Engine, Instance, Memory, Module, Store, TypedFunc};

const PACKET_BYTES: usize = 64;
/// Packets between two looks at the clock.
const BATCH: u64 = 100_000;

struct Guest {
    store: Store<()>,
    memory: Memory,
    alloc: TypedFunc<u32, u32>,
    dealloc: TypedFunc<(u32, u32), ()>,
    handle_body: TypedFunc<(u32, u32), u64>,
}

impl Guest {
    fn load(path: &str) -> wasmtime::Result<Self> {
        let engine = Engine::default();
        let module = Module::from_file(&engine, path)?;
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[])?;
        Ok(Self {
            memory: instance.get_memory(&mut store, "memory").expect("an exported memory"),
            alloc: instance.get_typed_func(&mut store, "alloc")?,
            dealloc: instance.get_typed_func(&mut store, "dealloc")?,
            handle_body: instance.get_typed_func(&mut store, "handle_body")?,
            store,
        })
    }

    /// Hands a packet to the guest; leaves its response in `response`, empty when there is none or
    /// the contract was broken.
    fn respond(&mut self, packet: &[u8], response: &mut Vec<u8>) -> wasmtime::Result<()> {
        response.clear();
        let size = packet.len() as u32;
        let at = self.alloc.call(&mut self.store, size)?;
        if at == 0 && size > 0 {
            return Ok(());
        }
        match range(self.memory.data_mut(&mut self.store), at, size) {
            Some(place) => place.copy_from_slice(packet),
            None => return Ok(()),
        }
        let packed = self.handle_body.call(&mut self.store, (at, size))?;
        let (out, out_size) = (packed as u32, (packed >> 32) as u32);
        if out_size > 0 {
            if let Some(found) = range(self.memory.data_mut(&mut self.store), out, out_size) {
                response.extend_from_slice(found);
                self.dealloc.call(&mut self.store, (out, out_size))?;
            }
        }
        self.dealloc.call(&mut self.store, (at, size))
    }
}

/// A part of the memory, if it lies within.
fn range(memory: &mut [u8], at: u32, size: u32) -> Option<&mut [u8]> {
    memory.get_mut(at as usize..at as usize + size as usize)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(path), Some(seconds)) = (args.next(), args.next()) else {
        return Err("usage: parser_loop GUEST.wasm SECONDS".into());
    };
    let duration = Duration::from_secs_f64(seconds.parse()?);
    let mut guest = Guest::load(&path)?;
    let mut packet = [0u8; PACKET_BYTES];
    packet[0] = 1;
    let mut response = Vec::new();

    let mut packets = 0u64;
    let started = Instant::now();
    while started.elapsed() < duration {
        for i in 0..BATCH {
            packet[1] = i as u8;
            guest.respond(&packet, &mut response)?;
            if response.len() != PACKET_BYTES || response[0] != 2 || response[1] != i as u8 {
                return Err("the guest gave another response".into());
            }
        }
        packets += BATCH;
    }
    let seconds = started.elapsed().as_secs_f64();
    println!("{{\"packets\":{packets},\"seconds\":{seconds}}}");
    Ok(())
}
