import type { BodyOptions, TextReader } from "./bodies.ts";
import type { RecordedBody } from "./exchanges/exchange.ts";
import type { Value } from "./script/plan.ts";

/** Longer files are replaced by as many zeros. */
const MOST_FILE = 2048;

/** One part, its content known or not. */
interface Part {
  readonly name: string;
  readonly value: string | null;
  /** Null for a part that is no file. */
  readonly fileName: string | null;
  readonly contentType: string;
  /** Bytes of its content. */
  readonly size: number;
}

/**
 * The option `multipart` for a recorded form; null when it can't be read. Files that are binary or
 * long are replaced by zeros of their length, and `note` is told.
 */
export async function multipartBody(
  body: RecordedBody,
  reader: TextReader,
  note: (text: string) => void,
): Promise<BodyOptions | null> {
  const parts = body.content === null || body.content.length === 0
    ? body.fields.map((field): Part => ({ ...field, size: field.value.length }))
    : await partsOf(body.content, body.mimeType);
  if (parts === null || parts.length === 0) return null;
  const record = new Map<string, Value[]>();
  for (const part of parts) {
    const values = record.get(part.name) ?? [];
    values.push(valueOf(part, reader, note));
    record.set(part.name, values);
  }
  const value = new Map(
    [...record].map(([name, values]): [string, Value] => [
      name,
      values.length === 1 ? values[0]! : values,
    ]),
  );
  return { options: new Map([["multipart", value]]), contentType: null };
}

async function partsOf(content: string | Uint8Array, mimeType: string): Promise<Part[] | null> {
  const body = typeof content === "string" ? content : content.slice();
  let form: FormData;
  try {
    form = await new Response(body, { headers: { "Content-Type": mimeType } }).formData();
  } catch {
    return null;
  }
  return await Promise.all([...form].map(async ([name, value]): Promise<Part> => {
    if (typeof value === "string") {
      return { name, value, fileName: null, contentType: "", size: value.length };
    }
    const { name: fileName, type: contentType, size } = value;
    return { name, value: await textOf(value), fileName, contentType, size };
  }));
}

/** What a short file holds; null for bytes that are no text. */
async function textOf(file: File): Promise<string | null> {
  if (file.size > MOST_FILE) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      await file.arrayBuffer(),
    );
  } catch {
    return null;
  }
}

function valueOf(part: Part, reader: TextReader, note: (text: string) => void): Value {
  const { name, value, fileName, contentType, size } = part;
  if (fileName === null) return reader.value(name, value ?? "");
  const isKnown = value !== null && value !== "";
  if (!isKnown) note(`file ${fileName}: ${size} zeros stand for its content`);
  const data: Value = isKnown ? value : { code: `new Uint8Array(${size})` };
  return { file: [data, fileName, contentType || "application/octet-stream"] };
}
