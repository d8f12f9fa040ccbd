import type { JobQueue } from "../queue.ts";
import { HttpError } from "./errors.ts";

/** Files of a job's logs (reference `agent.md`, "Running a job"). */
const FILES = { out: "out.log", err: "err.log" } as const;

/**
 * One of a job's logs, from its beginning or the last bytes of it.
 *
 * @param folder of all logs: `<folder>/<name>/out.log`
 * @throws {HttpError} 400, 404, 410
 */
export async function readLog(
  queue: JobQueue,
  id: string,
  folder: string,
  query: URLSearchParams,
): Promise<Response> {
  const record = queue.jobs.get(id);
  if (record === undefined) throw new HttpError(404, `there is no job ${JSON.stringify(id)}`);
  const stream = query.get("stream") ?? "out";
  if (stream !== "out" && stream !== "err") {
    throw new HttpError(400, `stream must be out or err: ${JSON.stringify(stream.slice(0, 60))}`);
  }
  const tail = query.get("tail");
  if (tail !== null && !/^[1-9]\d{0,14}$/.test(tail)) {
    throw new HttpError(
      400,
      `tail must be a number of bytes: ${JSON.stringify(tail.slice(0, 60))}`,
    );
  }
  const { name } = record.job.spec;
  for (const other of queue.jobs.all()) {
    if (other.seq <= record.seq || other.job.spec.name !== name) continue;
    if (other.job.startedAt === null) continue;
    throw new HttpError(410, `the logs of job ${id} were replaced by those of ${other.job.id}`);
  }
  const none = () => new HttpError(404, `job ${id} has no ${FILES[stream]}`);
  if (record.job.startedAt === null) throw none();
  let file: Deno.FsFile;
  try {
    const path = `${folder}/${name}/${FILES[stream]}`;
    if (!(await Deno.lstat(path)).isFile) throw none();
    file = await Deno.open(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw none();
    throw error;
  }
  const { size } = await file.stat();
  const from = tail === null ? 0 : Math.max(0, size - Number(tail));
  await file.seek(from, Deno.SeekMode.Start);
  // What the job writes from now on is not in it.
  return new Response(file.readable.pipeThrough(upTo(size - from)), {
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    },
  });
}

function upTo(bytes: number): TransformStream<Uint8Array, Uint8Array> {
  let left = bytes;
  return new TransformStream({
    start: (controller) => {
      if (left === 0) controller.terminate();
    },
    transform(chunk, controller) {
      if (chunk.length < left) controller.enqueue(chunk);
      else {
        controller.enqueue(chunk.subarray(0, left));
        controller.terminate();
      }
      left -= Math.min(left, chunk.length);
    },
  });
}
