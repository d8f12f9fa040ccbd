/** Bytes that sockets moved. */
export interface IoBytes {
  /** Bytes written to sockets. */
  sent: number;
  /** Bytes read from sockets. */
  received: number;
}

/** The bytes that one virtual user's sockets moved, by kind of socket; taken once an iteration. */
export class IoCounts {
  readonly #kinds: (IoBytes & { readonly kind: string })[] = [];

  /** The count of a kind of socket (`tcp`), to be added to. It is the same one each time. */
  of(kind: string): IoBytes {
    for (const bytes of this.#kinds) if (bytes.kind === kind) return bytes;
    const bytes = { kind, sent: 0, received: 0 };
    this.#kinds.push(bytes);
    return bytes;
  }

  /** Hands over what was counted since the last time, and starts anew. */
  take(add: (kind: string, bytes: Readonly<IoBytes>) => void): void {
    for (const bytes of this.#kinds) {
      if (bytes.sent === 0 && bytes.received === 0) continue;
      add(bytes.kind, bytes);
      bytes.sent = 0;
      bytes.received = 0;
    }
  }
}
