import { AgentError } from "../errors.ts";
import type { Upload, UploadFile, Uploads } from "../store/mod.ts";
import { type BodyLimits, type BodyReader, openBody } from "./body.ts";
import { HttpError } from "./errors.ts";
import { boundaryOf, MultipartScanner, type PartSink } from "./multipart.ts";

/** Field of the form that has the file. */
const FIELD = "file";
/** Bytes that are read, and written, at a time: the memory of an upload is two of these. */
const BUFFER_BYTES = 1 << 20;
/** Most bytes beside the file: other fields, and what stands behind the last boundary. */
const MAX_REST_BYTES = 1 << 20;

/**
 * Stores the file of a form, streaming: one buffer is written while the next is read.
 *
 * @throws {HttpError} 400, 408, 413, 503
 */
export async function receiveUpload(
  request: Request,
  uploads: Uploads,
  limits: BodyLimits,
): Promise<Upload> {
  const boundary = boundaryOf(request.headers.get("content-type"));
  const { maxUploadBytes } = uploads;
  const length = Number(request.headers.get("content-length") ?? 0);
  if (length > maxUploadBytes + MAX_REST_BYTES) {
    throw new HttpError(413, `the file has more than ${maxUploadBytes} bytes`);
  }
  const file = await uploads.begin().catch(refuse);
  try {
    await using body = openBody(request, limits);
    await pipe(body, boundary, file);
    return await file.commit();
  } catch (error) {
    return refuse(error);
  } finally {
    await file.abort();
  }
}

/** The reference answers 400 to what can't be written. */
function refuse(error: unknown): never {
  if (error instanceof AgentError && error.code !== "upload_too_large") {
    throw new HttpError(400, error.message, {}, error);
  }
  throw error;
}

async function pipe(body: BodyReader, boundary: string, file: UploadFile): Promise<void> {
  const found = new FileOfForm();
  const scanner = new MultipartScanner(boundary, found);
  let writing: Promise<void> = Promise.resolve();
  // A failure to write is thrown where it is waited for next.
  const settle = async (): Promise<void> => {
    const last = writing;
    writing = Promise.resolve();
    await last;
  };
  let [buffer, spare] = [new Uint8Array(BUFFER_BYTES), new Uint8Array(BUFFER_BYTES)];
  buffer.set(MultipartScanner.START);
  let filled = MultipartScanner.START.length;
  let rest = 0;
  try {
    for (;;) {
      const read = await readBody(body, buffer.subarray(filled));
      if (read === null) break;
      buffer = new Uint8Array(read.buffer);
      const bytes = buffer.subarray(0, filled + read.length);
      const done = scanner.scan(bytes);
      const slices = found.take();
      const kept = slices.reduce((sum, slice) => sum + slice.length, 0);
      rest += read.length - kept;
      if (rest > MAX_REST_BYTES) {
        throw new HttpError(413, `the form has more than ${MAX_REST_BYTES} bytes beside its file`);
      }
      await settle();
      writing = writeSlices(file, slices);
      writing.catch(() => {});
      // The other buffer is free: what it held is written.
      filled = bytes.length - done;
      spare.set(bytes.subarray(done));
      [buffer, spare] = [spare, buffer];
    }
    await settle();
  } finally {
    await writing.catch(() => {});
  }
  if (!scanner.over) throw new HttpError(400, "multipart: NextPart: unexpected EOF");
  if (found.bytes === 0) throw new HttpError(400, "http: no such file");
}

async function readBody(
  body: BodyReader,
  view: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return await body.read(view);
  } catch (cause) {
    if (cause instanceof HttpError) throw cause;
    throw new HttpError(400, "multipart: NextPart: unexpected EOF", {}, cause);
  }
}

async function writeSlices(file: UploadFile, slices: readonly Uint8Array[]): Promise<void> {
  for (const slice of slices) await file.write(slice);
}

/** The first file of a form that is in the field for it. */
class FileOfForm implements PartSink {
  bytes = 0;
  #slices: Uint8Array[] = [];
  #found = false;

  part({ name, filename }: { name: string; filename: string | null }): boolean {
    // Go has a file where a name of one is given.
    if (this.#found || name !== FIELD || filename === null || filename === "") return false;
    return this.#found = true;
  }

  data(bytes: Uint8Array): void {
    this.bytes += bytes.length;
    this.#slices.push(bytes);
  }

  end(): void {}

  take(): readonly Uint8Array[] {
    const slices = this.#slices;
    this.#slices = [];
    return slices;
  }
}
