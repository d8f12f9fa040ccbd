import { dirname, join, relative, resolve } from "node:path";
import { inspectRun, type RunEvents, type RunRequest } from "../../runner/mod.ts";
import { startAudit } from "../audit.ts";
import { configurationOf } from "./configuration.ts";
import { FILES, METADATA, metadataText } from "./metadata.ts";
import { scriptGraph } from "./modules.ts";
import { type Member, writeTar } from "./tar_write.ts";

/** What became of an archive. */
export interface Packed {
  /** Its size in bytes. */
  readonly size: number;
  /** Paths of its files, below the folder that they have in common: the script, its modules, data. */
  readonly files: readonly string[];
  /** The npm packages that are not inside. */
  readonly npm: readonly string[];
}

/**
 * Loads a script once, to see its options and what it opens meanwhile, and archives all of it.
 *
 * @param script its path
 * @throws what loading it does, and {ArchiveError}
 */
export async function packScript(
  script: string,
  to: string,
  request: RunRequest,
  events: RunEvents,
): Promise<Packed> {
  const entry = await Deno.realPath(script);
  await using audit = await startAudit();
  const { merged } = await inspectRun({ ...request, auditTo: audit.path }, events);
  const { files, npm } = await scriptGraph(entry);
  const read = (await audit.read()).flatMap(({ permission, value }) =>
    permission === "read" && value !== null ? [value] : []
  );
  const data = await regularFiles(read, files);
  const configuration = await configurationOf(dirname(entry));
  const members: Member[] = [
    ...[...files, ...data].map((path) => ({ path, from: path })),
    ...configuration,
  ];
  const root = commonFolder(members.map(({ path }) => path));
  const inside = (path: string) => relative(root, path).replaceAll("\\", "/");
  const metadata = { script: inside(entry), options: merged.values, env: request.env, npm };
  const size = await writeTar(to, [
    { path: METADATA, text: metadataText(metadata) },
    ...members.map((member) => ({ ...member, path: `${FILES}/${inside(member.path)}` })),
  ]);
  return { size, files: [...files, ...data].map(inside), npm };
}

/** Those of `paths` that are files and not among `known` yet: links followed, packages left out. */
async function regularFiles(
  paths: readonly string[],
  known: readonly string[],
): Promise<string[]> {
  const found = new Set<string>();
  for (const path of paths) {
    if (known.includes(path) || /[/\\](?:node_modules|npm[/\\]registry)[./\\]/.test(path)) continue;
    const info = await Deno.stat(path).catch(() => null);
    if (info?.isFile) found.add(path);
  }
  return [...found];
}

/** The deepest folder that all paths are in. */
export function commonFolder(paths: readonly string[]): string {
  let folder = dirname(paths[0]!);
  for (const path of paths) {
    while (!path.startsWith(join(folder, "/")) && folder !== resolve(folder, "..")) {
      folder = resolve(folder, "..");
    }
  }
  return folder;
}
