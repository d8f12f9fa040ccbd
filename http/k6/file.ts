import { OptionError } from "../../internal/mod.ts";
import { file as part, type FilePart } from "../form/mod.ts";

/** What a file can hold. */
export type FileContent = string | ArrayBuffer | Uint8Array | Blob;

/** A file to upload, made by `http.file`: a body that has one is sent as `multipart/form-data`. */
export class FileData {
  /** What it holds. */
  readonly data: FileContent;
  /** Name of the file. */
  readonly filename: string;
  /** `Content-Type` of its part. */
  readonly "content_type": string;

  /** See {@link file}. */
  constructor(data: FileContent, filename?: string, contentType?: string) {
    const made = part(data, filename, contentType);
    this.data = data;
    this.filename = made.filename!;
    this["content_type"] = made.contentType!;
  }
}

/**
 * A file for a body.
 *
 * @param filename default `blob`
 * @param contentType default `application/octet-stream`, or a `Blob`'s own type
 * @throws {OptionError} for data that is neither text nor bytes
 */
export function file(data: FileContent, filename?: string, contentType?: string): FileData {
  const known = typeof data === "string" || data instanceof ArrayBuffer ||
    data instanceof Uint8Array || data instanceof Blob;
  if (!known) {
    throw new OptionError("data", `file takes text, an ArrayBuffer or bytes: ${typeof data}`);
  }
  return new FileData(data, filename, contentType);
}

/** The part that a file is sent as. */
export function partOf({ data, filename, content_type: contentType }: FileData): FilePart {
  return { data, filename, contentType };
}
