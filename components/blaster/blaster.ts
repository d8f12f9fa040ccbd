/**
 * The blaster: does what a packet orders, in the order of the reference: memory, wait, CPU.
 *
 * @module
 */
/// <reference path="../wasi.d.ts" />
import { now, subscribeDuration } from "wasi:clocks/monotonic-clock@0.2.0";

/** `packet` of `../wit/blaster.wit`. */
interface Packet {
  readonly id: string;
  readonly payload: Uint8Array;
  readonly memBurnMb: bigint;
  readonly cpuBurnMs: bigint;
  readonly waitMs: bigint;
}

const MIB = 1024 * 1024;
const PAGE = 65536;
const NS_PER_MS = 1_000_000n;

/** The interface `xk6:wrpc/blaster`. */
export const blaster = {
  /** Holds the memory until it returns. */
  blast({ memBurnMb, cpuBurnMs, waitMs }: Packet): void {
    const held = holdMemory(Number(memBurnMb));
    wait(waitMs);
    burnCpu(cpuBurnMs);
    held.length = 0;
  },
};

/** MiB by MiB, for one array has a limit; a page that nobody wrote to may not be there. */
function holdMemory(mib: number): Uint8Array[] {
  const held: Uint8Array[] = [];
  while (held.length < mib) {
    const block = new Uint8Array(MIB);
    for (let at = 0; at < MIB; at += PAGE) block[at] = 1;
    held.push(block);
  }
  return held;
}

function wait(ms: bigint): void {
  if (ms > 0n) subscribeDuration(ms * NS_PER_MS).block();
}

function burnCpu(ms: bigint): void {
  if (ms === 0n) return;
  const end = now() + ms * NS_PER_MS;
  while (now() < end);
}
