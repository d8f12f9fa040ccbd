import { OptionError } from "../../internal/mod.ts";

/** What shard processes may do: what is not named here, they may not. */
export interface ShardPermissions {
  /** Hosts that they may connect to, as in `a.example` or `10.0.0.1:80`; `true` for all. */
  readonly allowNet: true | readonly string[];
  /** Files and folders that they may read. */
  readonly allowRead: readonly string[];
  /** Paths of Unix sockets that they may use. Default: none. */
  readonly allowUnix?: readonly string[] | undefined;
  /** Files and folders that they may write. Default: none. */
  readonly allowWrite?: readonly string[] | undefined;
  /** Environment variables that they may read and set. Default: none. */
  readonly allowEnv?: readonly string[] | undefined;
  /** What of the system they may ask for, as in `hostname` or `osRelease`. Default: none. */
  readonly allowSys?: readonly string[] | undefined;
  /** Programs that they may start, which may do anything. Default: none. */
  readonly allowRun?: readonly string[] | undefined;
  /** Libraries that they may load, which may do anything. Default: none. */
  readonly allowFfi?: readonly string[] | undefined;
}

/** The permissions alone, of something that has them among others. */
export function permissionsOf(from: ShardPermissions): ShardPermissions {
  const { allowNet, allowRead, allowUnix, allowWrite, allowEnv, allowSys, allowRun, allowFfi } =
    from;
  return { allowNet, allowRead, allowUnix, allowWrite, allowEnv, allowSys, allowRun, allowFfi };
}

/** The flags that give them to a `deno run`. @throws {OptionError} for what no flag can give */
export function permissionFlags(permissions: ShardPermissions): string[] {
  const { allowNet, allowRead, allowUnix = [], allowWrite = [], ...others } = permissions;
  return [
    // A Unix socket is a host and a file to Deno: connecting reads and writes it.
    ...(allowNet === true
      ? ["--allow-net"]
      : flag("net", [...allowNet, ...allowUnix.map((path) => `unix:${path}`)])),
    ...flag("read", [...allowRead, ...allowUnix]),
    ...flag("write", [...allowWrite, ...allowUnix]),
    ...flag("env", others.allowEnv),
    ...flag("sys", others.allowSys),
    ...flag("run", others.allowRun),
    ...flag("ffi", others.allowFfi),
  ];
}

/** A flag without a list would grant all there is; one whose value has a comma, more than that value. */
function flag(kind: string, values: readonly string[] = []): string[] {
  const bad = values.find((value) => value === "" || value.includes(","));
  if (bad !== undefined) {
    throw new OptionError(
      `--allow-${kind}`,
      `--allow-${kind} can't give ${JSON.stringify(bad)}: a process takes no empty values and ` +
        `none with a comma (rename it, or say --allow-${kind}=none)`,
    );
  }
  return values.length > 0 ? [`--allow-${kind}=${values.join(",")}`] : [];
}
