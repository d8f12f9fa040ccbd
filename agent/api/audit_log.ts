import { writeAll } from "../store/durable.ts";
import type { AuditEvent } from "./server.ts";

/** An audit log in a file. Leaving its scope closes it. */
export interface AuditLog extends AsyncDisposable {
  /** Writes an event, some time. */
  add(event: AuditEvent): void;
  /** Events that could not be written. */
  readonly lost: number;
}

const MAX_BYTES = 16 * 1024 ** 2;
/** Events that wait for the disk. */
const MAX_WAITING = 10_000;

/**
 * Keeps an audit log as lines of JSON, which this user alone reads. At its size it becomes `PATH.1`,
 * in place of the one before.
 *
 * @param maxBytes Default: 16 MiB
 */
export async function openAuditLog(path: string, maxBytes = MAX_BYTES): Promise<AuditLog> {
  const open = () => Deno.open(path, { create: true, append: true, mode: 0o600 });
  let file = await open();
  let length = (await file.stat()).size;
  let waiting: AuditEvent[] = [];
  let writing: Promise<void> | null = null;
  let lost = 0;

  const write = async (): Promise<void> => {
    while (waiting.length > 0) {
      const events = waiting;
      waiting = [];
      const text = events.map((event) => `${JSON.stringify(event)}\n`).join("");
      const bytes = new TextEncoder().encode(text);
      try {
        if (length > 0 && length + bytes.length > maxBytes) {
          await Deno.rename(path, `${path}.1`);
          file.close();
          file = await open();
          length = 0;
        }
        await writeAll(file, bytes);
        length += bytes.length;
      } catch {
        lost += events.length;
      }
    }
    writing = null;
  };
  return {
    add(event) {
      if (waiting.length >= MAX_WAITING) lost++;
      else waiting.push(event);
      writing ??= write();
    },
    get lost() {
      return lost;
    },
    async [Symbol.asyncDispose]() {
      await writing;
      file.close();
    },
  };
}
