import type { RunRequest } from "../runner/mod.ts";
import { packScript } from "./archive/mod.ts";
import type { ArchiveFlags } from "./command_options.ts";
import { checkWritable } from "./files.ts";
import { type Host, writeQuietly } from "./host.ts";
import type { ScriptSource } from "./script_source.ts";

/** `downpour archive`: says what it put into the file. Loading needs no network: none, unless told. */
export async function archiveCommand(
  { path }: ScriptSource,
  request: RunRequest,
  flags: ArchiveFlags,
  host: Host,
): Promise<number> {
  const to = flags.archiveOut ?? flags.output;
  await checkWritable(to);
  const least = flags.allowNet === undefined ? { ...request, allowNet: [] } : request;
  const { size, files, npm } = await packScript(path, to, least, {
    log: ({ text }) => writeQuietly(host, `${text}\n`),
  });
  host.write("stdout", `${to}: ${Math.ceil(size / 1024)} KiB\n`);
  for (const file of files) host.write("stdout", `  ${file}\n`);
  for (const name of npm) host.write("stdout", `  ${name} (not inside: fetched where it runs)\n`);
  return 0;
}
