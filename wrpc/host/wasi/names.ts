/** Functions that suspend a component, by interface. */
const SUSPENDING: Readonly<Record<string, readonly string[]>> = {
  "wasi:io/poll": ["poll", "[method]pollable.block"],
  "wasi:io/streams": [
    "[method]input-stream.blocking-read",
    "[method]input-stream.blocking-skip",
    "[method]output-stream.blocking-write-and-flush",
    "[method]output-stream.blocking-flush",
    "[method]output-stream.blocking-write-zeroes-and-flush",
    "[method]output-stream.blocking-splice",
  ],
};

const GRANTED = new Set([
  ...["io/error", "io/poll", "io/streams", "clocks/monotonic-clock", "clocks/wall-clock"],
  ...["random/random", "random/insecure", "random/insecure-seed"],
  ...["cli/environment", "cli/exit", "cli/stdin", "cli/stdout", "cli/stderr"],
  ...["cli/terminal-input", "cli/terminal-output"],
  ...["cli/terminal-stdin", "cli/terminal-stdout", "cli/terminal-stderr"],
  ...["filesystem/preopens", "filesystem/types"],
  ...["sockets/network", "sockets/instance-network", "sockets/tcp", "sockets/tcp-create-socket"],
  ...["sockets/udp", "sockets/udp-create-socket", "sockets/ip-name-lookup"],
  ...["http/types", "http/outgoing-handler"],
]);

const WASI = /^wasi:([a-z-]+\/[a-z-]+)@0\.2\.\d+$/;

/** Whether an import, `wasi:io/poll@0.2.3`, is one of those that `wasiImports` has. */
export function isGranted(name: string): boolean {
  const match = WASI.exec(name);
  return match !== null && GRANTED.has(match[1]!);
}

/** Names, as jco takes them, of the functions among `imports` that suspend the component. */
export function suspendingImports(imports: readonly string[]): string[] {
  return imports.flatMap((name) =>
    (SUSPENDING[name.replace(/@.*$/, "")] ?? []).map((fn) => `${name}#${fn}`)
  );
}
