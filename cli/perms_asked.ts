import { relative } from "node:path";
import type { ShardPermissions } from "../runner/mod.ts";
import type { Access } from "./audit.ts";
import { NOTHING, PERMISSION_FLAGS } from "./permissions.ts";

type Kind = keyof ShardPermissions;

/** The permission that each kind of access needs. */
const KINDS: Readonly<Record<string, Kind>> = {
  net: "allowNet",
  read: "allowRead",
  write: "allowWrite",
  env: "allowEnv",
  sys: "allowSys",
  run: "allowRun",
  ffi: "allowFfi",
};

/** Kinds that are given when they are asked for: what they allow is no lasting change. */
const GROWING: readonly Kind[] = ["allowNet", "allowRead", "allowEnv", "allowSys", "allowUnix"];

/** What a script asked for, and what of it was given. */
export class Asked {
  readonly #given: ShardPermissions;
  readonly #asked = new Map<Kind, Set<string>>();
  readonly #granted = new Map<Kind, Set<string>>();

  /** @param given what it has from the start */
  constructor(given: ShardPermissions) {
    this.#given = given;
  }

  /** Takes note of what an audit saw. */
  note(accesses: readonly Access[]): void {
    for (const { permission, value } of accesses) {
      const kind = KINDS[permission];
      if (kind === undefined || value === null) continue;
      if (kind === "allowNet" && value.startsWith("unix:")) this.#add("allowUnix", value.slice(5));
      else this.#add(kind, value);
    }
  }

  /** Takes note of a message: starting a program is the one access that audits leave out. */
  refused(text: string): void {
    for (const [, program] of text.matchAll(/run with --allow-run=(\S+)/g)) {
      this.#add("allowRun", program!);
    }
  }

  /** Grants what may be granted; whether that was anything. */
  async grow(): Promise<boolean> {
    await this.#findSockets();
    let grown = false;
    for (const kind of GROWING) {
      for (const value of this.#asked.get(kind) ?? []) {
        if (this.#has(kind, value)) continue;
        addTo(this.#granted, kind, value);
        grown = true;
      }
    }
    return grown;
  }

  /** What it has now. */
  granted(): ShardPermissions {
    const given: Partial<Record<Kind, readonly string[] | true | undefined>> = { ...this.#given };
    for (const [kind, values] of this.#granted) {
      const before = given[kind] ?? [];
      if (before !== true) given[kind] = [...before, ...values];
    }
    return given as ShardPermissions;
  }

  /** All that it asked for, sorted. */
  needed(): Readonly<Record<Kind, readonly string[]>> {
    const kinds = Object.keys(PERMISSION_FLAGS) as Kind[];
    const unix = this.#asked.get("allowUnix");
    const isSocket = (kind: Kind, path: string) =>
      (kind === "allowRead" || kind === "allowWrite") && unix?.has(path);
    const entries = kinds.map((kind) => [
      kind,
      [...this.#asked.get(kind) ?? []].filter((value) => !isSocket(kind, value)).sort(),
    ]);
    return Object.fromEntries(entries);
  }

  /** What it asked for and was not given, for people. */
  withheld(): string[] {
    return Object.entries(this.needed()).flatMap(([kind, values]) =>
      values
        .filter((value) => !this.#has(kind as Kind, value))
        .map((value) => `${PERMISSION_FLAGS[kind as Kind][0]}=${value}`)
    );
  }

  #add(kind: Kind, value: string): void {
    addTo(this.#asked, kind, value);
  }

  /** What is read and written may be a Unix socket, which one flag allows. */
  async #findSockets(): Promise<void> {
    for (const path of [...this.#asked.get("allowRead") ?? []]) {
      const info = await Deno.stat(path).catch(() => null);
      if (info?.isSocket) this.#add("allowUnix", path);
    }
  }

  #has(kind: Kind, value: string): boolean {
    if (this.#granted.get(kind)?.has(value)) return true;
    const given = this.#given[kind];
    if (given === true) return true;
    return (given ?? []).some((one) => covers(kind, one, value));
  }
}

function addTo(to: Map<Kind, Set<string>>, kind: Kind, value: string): void {
  const values = to.get(kind) ?? new Set();
  to.set(kind, values.add(value));
}

/** Whether what is given allows what is asked for. */
function covers(kind: Kind, given: string, asked: string): boolean {
  if (kind === "allowNet") return asked === given || asked.replace(/:\d+$/, "") === given;
  if (kind !== "allowRead" && kind !== "allowWrite") return asked === given;
  const path = relative(given, asked);
  return path === "" || !path.startsWith("..");
}

/** The flags of `downpour run` for it, ready for a shell. Nothing at all must be said, too. */
export function permissionLine(needed: Readonly<Record<Kind, readonly string[]>>): string {
  return Object.entries(PERMISSION_FLAGS).flatMap(([kind, [flag]]) => {
    const values = needed[kind as Kind].map(shortened);
    if (values.length > 0) return [shellWord(`${flag}=${values.join(",")}`)];
    return kind === "allowNet" || kind === "allowRead" ? [`${flag}=${NOTHING}`] : [];
  }).join(" ");
}

/** A path below the current folder without it. */
function shortened(value: string): string {
  if (!value.startsWith("/")) return value;
  const path = relative(Deno.cwd(), value);
  return path === "" || path.startsWith("..") ? value : path;
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./[\]-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
