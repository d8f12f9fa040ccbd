import { runOk, treeRssBytes } from "../process.ts";
import { startBenchAgent } from "./api.ts";

/** An upload, beside the same bytes written to the same disk. */
export interface UploadFigure {
  /** From the first byte sent until the answer, which comes when the file is on the disk. */
  readonly bytesPerSecond: number;
  /** Of `dd` with `fsync` at its end. */
  readonly diskBytesPerSecond: number;
  /** Of the agent, while the file came. */
  readonly mostRssBytes: number;
  /** Of the agent, before. */
  readonly idleRssBytes: number;
}

const LIMIT = { limitSeconds: 300 };
const MIB = 1024 ** 2;

/** Uploads a file of so many MiB with curl. */
export async function measureUpload(
  folder: string,
  { mib }: { readonly mib: number },
): Promise<UploadFigure> {
  const own = await Deno.makeTempDir({ dir: folder });
  const file = `${own}/file`;
  await runOk(["bash", "-c", 'head -c "$0" /dev/urandom >"$1"', String(mib * MIB), file], LIMIT);
  const agent = await startBenchAgent(own, LIMIT);
  try {
    // What is in the cache when one begins is not the other's.
    const disk = await measureDisk(`${own}/plain`, file, mib);
    const idleRssBytes = await treeRssBytes(agent.process.pid);
    let mostRssBytes = 0;
    let over = false;
    const watching = (async () => {
      while (!over) {
        mostRssBytes = Math.max(mostRssBytes, await treeRssBytes(agent.process.pid));
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    })();
    const { stdout } = await runOk([
      ...["curl", "--silent", "--show-error", "--fail", "--output", `${own}/answer`],
      ...["--header", `authorization: ${agent.authorization}`, "--header", "expect:"],
      ...["--form", `file=@${file}`, "--write-out", "%{time_total}", `${agent.url}/upload`],
    ], LIMIT);
    over = true;
    await watching;
    return {
      bytesPerSecond: mib * MIB / Number(stdout),
      diskBytesPerSecond: disk,
      mostRssBytes,
      idleRssBytes,
    };
  } finally {
    await agent.process.stop();
    await Deno.remove(own, { recursive: true });
  }
}

/** Bytes a second of a plain copy that is on the disk at its end. */
async function measureDisk(path: string, from: string, mib: number): Promise<number> {
  const { stdout } = await runOk([
    ...["bash", "-c"],
    'sync; from=$EPOCHREALTIME; dd if="$1" of="$0" bs=1M conv=fsync 2>/dev/null && ' +
    'echo "$from $EPOCHREALTIME"; rm "$0"; sync',
    ...[path, from],
  ], LIMIT);
  const [began, ended] = stdout.trim().replaceAll(",", ".").split(" ").map(Number);
  return mib * MIB / (ended! - began!);
}
