import { denoCommand } from "../../internal/mod.ts";
import { checkGuest, type GuestReport, type GuestStats } from "../../wasm/guest/mod.ts";

/** What is done to a parser. */
export interface Probe {
  readonly task: "check" | "bench";
  readonly module: Uint8Array;
  /** A packet to begin from; null for a length-prefixed one. */
  readonly packet: Uint8Array | null;
  /** Bytes of a header. */
  readonly header: number;
  /** After so long the parser's process is ended. */
  readonly deadlineMs: number;
  /** Of random packets. Default: another each time. */
  readonly seed?: number;
}

/** What the child is told: one line of JSON on standard input, bytes as base64. */
export interface ProbeTask extends Omit<Probe, "module" | "packet" | "deadlineMs" | "seed"> {
  readonly module: string;
  readonly packet: string | null;
  readonly seed: number;
}

/** What the child says: lines of JSON. */
export type ProbeLine =
  /** It begins with this; the last such line says where a parser hung. */
  | { readonly kind: "at"; readonly name: string }
  /** Something that is wrong with the parser. */
  | { readonly kind: "fault"; readonly text: string }
  /** A measured speed. */
  | { readonly kind: "rate"; readonly bytes: number; readonly perSecond: number }
  | { readonly kind: "end"; readonly stats: GuestStats };

/** How it went. */
export interface ProbeAnswer {
  readonly guest: GuestReport;
  readonly seed: number;
  readonly faults: readonly string[];
  readonly rates: readonly Extract<ProbeLine, { kind: "rate" }>[];
  /** Null where the child did not come to its end. */
  readonly stats: GuestStats | null;
}

const MAX_LINES = 10_000;
/** Of the child's heap: a module must not take the machine down while it is compiled. */
const HEAP_MIB = 512;

/**
 * Looks at a parser's bytes, and if they keep the contract, runs it in a process that may do nothing
 * at all, and that is killed at the deadline.
 */
export async function probeParser(probe: Probe): Promise<ProbeAnswer> {
  const seed = probe.seed ?? crypto.getRandomValues(new Uint32Array(1))[0]!;
  const guest = checkGuest(probe.module);
  if (!guest.ok) return { guest, seed, faults: guest.faults, rates: [], stats: null };
  const { lines, ended } = await runChild(probe, seed);
  const of = <K extends ProbeLine["kind"]>(kind: K) =>
    lines.filter((line): line is Extract<ProbeLine, { kind: K }> => line.kind === kind);
  const faults = of("fault").map(({ text }) => text);
  const stats = of("end")[0]?.stats ?? null;
  if (stats === null) faults.push(`${ended} at ${of("at").at(-1)?.name ?? "its beginning"}`);
  return { guest, seed, faults, rates: of("rate"), stats };
}

async function runChild(
  { task, module, packet, header, deadlineMs }: Probe,
  seed: number,
): Promise<{ lines: ProbeLine[]; ended: string }> {
  const entry = new URL("./child.ts", import.meta.url).href;
  const child = new Deno.Command(denoCommand(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--cached-only"],
      ...[`--v8-flags=--max-old-space-size=${HEAP_MIB}`, entry],
    ],
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let late = false;
  const deadline = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, deadlineMs);
  const told: ProbeTask = {
    ...{ task, header, seed, module: module.toBase64() },
    packet: packet?.toBase64() ?? null,
  };
  try {
    const [lines, { code, signal }] = await Promise.all([
      readLines(child.stdout),
      child.status,
      // A child that died doesn't read: its end says so.
      new Blob([JSON.stringify(told)]).stream().pipeTo(child.stdin).catch(() => {}),
    ]);
    const how = signal === null ? `its process ended with ${code}` : `its process died (${signal})`;
    return { lines, ended: late ? `it did not come back within ${deadlineMs} ms` : how };
  } finally {
    clearTimeout(deadline);
  }
}

async function readLines(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<ProbeLine[]> {
  const lines: ProbeLine[] = [];
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop()!;
    // The lines are our own child's; what a guest does can at most leave the last one out.
    for (const part of parts) if (lines.length < MAX_LINES) lines.push(JSON.parse(part));
  }
  return lines;
}
