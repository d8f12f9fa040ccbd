import { shell } from "./process.ts";

/** Where figures were taken, as far as it matters for reading them: nothing that names the machine. */
export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGb: number;
  readonly kernel: string;
  readonly openFiles: string;
  /** Versions of what took part; absent peers are not listed. */
  readonly versions: Record<string, string>;
}

/** Facts of this machine. */
export async function machineFacts(peers: Record<string, string>): Promise<Machine> {
  const { stdout } = await shell(`
    grep -m1 '^model name' /proc/cpuinfo | cut -d: -f2-
    grep -m1 '^MemTotal' /proc/meminfo | tr -dc 0-9; echo
    uname -sr
    ulimit -H -n`);
  const [cpu = "", memory = "", kernel = "", openFiles = ""] = stdout.split("\n");
  return {
    cores: navigator.hardwareConcurrency,
    cpu: cpu.trim(),
    memoryGb: Math.round((Number(memory) * 1024) / 1e9),
    kernel: kernel.trim(),
    openFiles,
    versions: { deno: Deno.version.deno, v8: Deno.version.v8, ...peers },
  };
}

/** Writes one run's figures to `bench/results/NAME-<date>.json`; the path from the root of the repository. */
export async function writeResults(name: string, value: unknown): Promise<string> {
  const stamp = new Date().toISOString().replace(/\.\d+Z$/, "Z").replaceAll(":", "");
  const path = `bench/results/${name}-${stamp}.json`;
  const folder = new URL("./results/", import.meta.url);
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(
    new URL(`../${path}`, import.meta.url),
    `${JSON.stringify(value, null, 2)}\n`,
  );
  return path;
}
