import type { Command } from "commander";
import type { ShardPermissions } from "../runner/mod.ts";
import { commaList } from "./values.ts";

/** What flags say of permissions, as typed. */
export type PermissionTexts = { readonly [K in keyof ShardPermissions]?: string };

/** Each permission's flag, what it takes, and what help says of it. */
export const PERMISSION_FLAGS: {
  readonly [K in keyof Required<ShardPermissions>]: readonly [
    flag: string,
    takes: string,
    help: string,
  ];
} = {
  allowNet: ["--allow-net", "<hosts>", "hosts it may reach, as in a.example,10.0.0.1:80 [all]"],
  allowRead: ["--allow-read", "<paths>", "what it may read [the script's folder]"],
  allowUnix: ["--allow-unix", "<paths>", "Unix sockets it may use [none]"],
  allowWrite: [
    "--allow-write",
    "<folders>",
    "what it may write [handleSummary: the current folder]",
  ],
  allowEnv: ["--allow-env", "<names>", "environment variables it may use [none; see --env]"],
  allowSys: ["--allow-sys", "<names>", "what of the system it may know, as in hostname [none]"],
  allowRun: ["--allow-run", "<programs>", "programs it may start, which may do anything [none]"],
  allowFfi: ["--allow-ffi", "<paths>", "libraries it may load, which may do anything [none]"],
};

/** The word for an empty list: leaving a flag out may mean more. */
export const NOTHING = "none";

/** Adds the flags about what the script may do. */
export function permissionOptions(command: Command): Command {
  command.optionsGroup("What the script may do (lists with commas, or none):");
  for (const [flag, takes, help] of Object.values(PERMISSION_FLAGS)) {
    command.option(`${flag} ${takes}`, help);
  }
  return command;
}

/**
 * What a script may do: what flags say, else all of the network and `folder` to read.
 *
 * @throws {OptionError} for a list with an empty item
 */
export function permissions(folder: string, texts: PermissionTexts): ShardPermissions {
  const given = Object.entries(PERMISSION_FLAGS).flatMap(([name, [flag]]) => {
    const text = texts[name as keyof ShardPermissions];
    if (text === undefined) return [];
    return [[name, text === NOTHING ? [] : commaList(flag, text)]];
  });
  return { allowNet: true, allowRead: [folder], ...Object.fromEntries(given) };
}
