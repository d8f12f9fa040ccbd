/**
 * The components of `components/`, for tests: built on first use, kept in `.downpour/components/`. A
 * test whose component can't be built here (jco can't be fetched) is skipped by name.
 *
 * @module
 */
const BUILD = [
  ...["run", "--quiet", "--no-prompt", "--frozen", "--config", "components/deno.json"],
  ...["--allow-read", "--allow-write=.downpour,/tmp", "--allow-env", "--allow-sys"],
  ...["--allow-run", "--allow-ffi"],
  "components/build.ts",
];

/** A component by its name in `components/build.ts`. */
export type ComponentName = "blaster" | "blaster_small" | "echo";

const built = new Map<ComponentName, Promise<string | null>>();

/** Path of a component; null where it can't be built. */
export function component(name: ComponentName): Promise<string | null> {
  let path = built.get(name);
  if (path === undefined) built.set(name, path = build(name));
  return path;
}

async function build(name: ComponentName): Promise<string | null> {
  const command = new Deno.Command("deno", {
    args: [...BUILD, name],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  });
  const { success, stdout } = await command.output();
  return success ? new TextDecoder().decode(stdout).trim() : null;
}

/** A test of a component, whose path it is given. */
export async function componentTest(
  needs: ComponentName,
  name: string,
  fn: (path: string) => Promise<void>,
): Promise<void> {
  const path = await component(needs);
  Deno.test({
    name: path === null ? `${name} (needs jco, to build ${needs})` : name,
    ignore: path === null,
    fn: () => fn(path!),
  });
}

/** A blaster's packet that orders nothing, with changes. */
export function packet(changes: Readonly<Record<string, bigint>> = {}): unknown {
  const payload = new Uint8Array(3);
  return { id: "a", payload, memBurnMb: 0n, cpuBurnMs: 0n, waitMs: 0n, ...changes };
}

/** Instance of the blaster. */
export const BLASTER = "xk6:wrpc/blaster@0.0.1";
