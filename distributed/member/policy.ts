import { normalize } from "node:path";
import type { ShardPermissions } from "../../runner/mod.ts";
import { PoolError } from "../errors.ts";

type Kind = keyof ShardPermissions;

/** Whether what an agent gives covers one thing that is asked for, by kind. */
const COVERS: { readonly [K in Kind]-?: (given: string, asked: string) => boolean } = {
  allowNet: coversHost,
  allowRead: coversPath,
  allowUnix: coversPath,
  allowWrite: coversPath,
  allowEnv: (given, asked) => given === asked,
  allowSys: (given, asked) => given === asked,
  allowRun: (given, asked) => given === asked,
  allowFfi: coversPath,
};

/**
 * Refuses permissions beyond those that an agent gives.
 *
 * @throws {PoolError} `pool_permission`, which names what is too much, and what there is
 */
export function checkPolicy(
  agent: string,
  policy: ShardPermissions,
  asked: ShardPermissions,
): void {
  for (const kind of Object.keys(COVERS) as Kind[]) {
    const [wanted, given] = [asked[kind] ?? [], policy[kind] ?? []];
    if (given === true) continue;
    const over = wanted === true
      ? "all"
      : wanted.find((one) => !given.some((some) => COVERS[kind](some, one)));
    if (over === undefined) continue;
    const flag = `--${kind.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)}`;
    throw new PoolError(
      "pool_permission",
      `agent ${agent} does not give scripts ${flag}${over === "all" ? "" : `=${over}`}: it gives ` +
        (given.length > 0 ? `${flag}=${given.join(",")}` : `nothing of that kind`) +
        ` (ask for less, or start it with more)`,
    );
  }
}

/** A host without a port is all its ports; `*.` stands for any names before the rest. */
function coversHost(given: string, asked: string): boolean {
  const [ours, theirs] = [splitHost(given), splitHost(asked)];
  if (ours.port !== "" && ours.port !== theirs.port) return false;
  if (!ours.host.startsWith("*.")) return ours.host === theirs.host;
  return theirs.host.endsWith(ours.host.slice(1));
}

/** `host`, `host:port`, `[::1]`, `[::1]:port`. */
function splitHost(text: string): { host: string; port: string } {
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(text.toLowerCase());
  return match === null
    ? { host: text.toLowerCase(), port: "" }
    : { host: match[1]!, port: match[2] ?? "" };
}

/** A folder covers what is in it. Only absolute paths: another machine knows no current folder. */
function coversPath(given: string, asked: string): boolean {
  const [ours, theirs] = [normalPath(given), normalPath(asked)];
  if (!isAbsolute(theirs)) return ours === theirs;
  return theirs === ours || theirs.startsWith(ours.endsWith("/") ? ours : `${ours}/`);
}

function normalPath(path: string): string {
  const normal = normalize(path).replaceAll("\\", "/");
  return normal.length > 1 ? normal.replace(/\/$/, "") : normal;
}

function isAbsolute(path: string): boolean {
  return /^(\/|[A-Za-z]:\/)/.test(path);
}
