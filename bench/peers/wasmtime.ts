import { ROOT, runOk, shell } from "../process.ts";

/** What the same loop reached on wasmtime. */
export interface WasmtimeFigure {
  readonly packetsPerSecond: number;
  /** User and system CPU for a million packets, start-up and compiling of the guest included. */
  readonly cpuSecondsPerMillion: number;
}

/**
 * Builds the Rust program with the guest loop on wasmtime; its path, or why there is none. The
 * first build takes minutes, so what it built is kept, in `$CARGO_TARGET_DIR` where that is set.
 */
export async function buildWasmtimeLoop(): Promise<{ path: string } | string> {
  const { code, stdout } = await shell(
    `PATH=$PATH:~/.cargo/bin
     target=\${CARGO_TARGET_DIR:-$1}
     cd bench/packets/rust && cargo build --quiet --locked --release --target-dir "$target" &&
     echo "$target/release/parser_loop"`,
    `${ROOT}.downpour/parser_loop`,
  );
  return code === 0 ? { path: stdout } : "cargo is not here, or can't build wasmtime";
}

/** Runs it with the guest in a file. */
export async function runWasmtimeLoop(
  path: string,
  guest: string,
  seconds: number,
): Promise<WasmtimeFigure> {
  const { stdout, cpuSeconds } = await runOk([path, guest, String(seconds)], {
    limitSeconds: seconds + 30,
  });
  const { packets, seconds: took } = JSON.parse(stdout) as { packets: number; seconds: number };
  return { packetsPerSecond: packets / took, cpuSecondsPerMillion: cpuSeconds * 1e6 / packets };
}
