import { writeAll } from "../_io.ts";
import { DelayLine } from "./_delay_line.ts";
import { passedAt, pieceOf } from "./_pacing.ts";
import { Waits } from "./_waits.ts";
import type { Clock } from "../clock.ts";
import type { Conn } from "../conn.ts";

/** Most that is under way between two ends, in bytes: about the window of a TCP connection. */
const MAX_UNDER_WAY = 1024 * 1024;

/** A checked set of limits. */
export interface Link {
  readonly latencyMs: number;
  readonly jitterMs: number;
  /** Infinity for no limit, here and below. */
  readonly downloadBytesPerSecond: number;
  readonly uploadBytesPerSecond: number;
}

/** A connection over a slow link. */
export class ThrottledConn implements Conn {
  readonly #conn: Conn;
  readonly #link: Link;
  readonly #clock: Clock;
  readonly #waits: Waits;
  readonly #line: DelayLine;
  readonly #readPiece: number;
  readonly #writePiece: number;
  #readFreeAt: number;
  #writeFreeAt: number;

  constructor(conn: Conn, link: Link, clock: Clock) {
    this.#conn = conn;
    this.#link = link;
    this.#clock = clock;
    this.#waits = new Waits(clock);
    this.#line = new DelayLine(this.#waits, (data) => writeAll(conn, data));
    this.#readPiece = pieceOf(link.downloadBytesPerSecond);
    this.#writePiece = pieceOf(link.uploadBytesPerSecond);
    this.#readFreeAt = this.#writeFreeAt = clock.now();
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    const count = await this.#conn.read(buffer.subarray(0, this.#readPiece));
    if (count === null) return null;
    const { downloadBytesPerSecond } = this.#link;
    this.#readFreeAt = passedAt(
      this.#readFreeAt,
      this.#clock.now(),
      count,
      downloadBytesPerSecond,
    );
    await this.#waits.until(this.#readFreeAt);
    return count;
  }

  async write(data: Uint8Array): Promise<number> {
    if (data.length === 0) return 0;
    const piece = data.subarray(0, this.#writePiece);
    await this.#line.atMost(MAX_UNDER_WAY);
    const { uploadBytesPerSecond } = this.#link;
    this.#writeFreeAt = passedAt(
      this.#writeFreeAt,
      this.#clock.now(),
      piece.length,
      uploadBytesPerSecond,
    );
    await this.#waits.until(this.#writeFreeAt);
    // Without a delay a failure is that of the very write. With one, the writer goes on before the
    // bytes leave, so they are copied: not by `slice`, which a Buffer takes for a view.
    if (this.#link.latencyMs === 0) await writeAll(this.#conn, piece);
    else this.#line.push(new Uint8Array(piece), this.#arrival());
    return piece.length;
  }

  async closeWrite(): Promise<void> {
    if (this.#link.latencyMs > 0) this.#line.push(new Uint8Array(0), this.#arrival());
    await this.#line.atMost(0);
    await this.#conn.closeWrite();
  }

  close(): void {
    this.#waits.end(new Deno.errors.BadResource("the throttled connection was closed"));
    this.#conn.close();
  }

  ref(): void {
    this.#conn.ref();
  }

  unref(): void {
    this.#conn.unref();
  }

  #arrival(): number {
    const { latencyMs, jitterMs } = this.#link;
    return this.#clock.now() + latencyMs + jitterMs * (2 * this.#clock.random() - 1);
  }
}
