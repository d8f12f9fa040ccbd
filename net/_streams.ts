const READ_BYTES = 16 * 1024;

/**
 * A socket's bytes as a readable byte stream (WHATWG Streams): readers may bring their own buffer.
 *
 * @param readInto as of `Socket`
 * @param onCancel called when the reader wants no more
 */
export function readableOf(
  readInto: (buffer: Uint8Array) => Promise<number | null>,
  onCancel: () => void,
): ReadableStream<Uint8Array> {
  return new ReadableStream({
    type: "bytes",
    autoAllocateChunkSize: READ_BYTES,
    async pull(controller: ReadableByteStreamController) {
      const request = controller.byobRequest!; // There always is one, because of the size above.
      const view = request.view!;
      const count = await readInto(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
      if (count === null) controller.close();
      request.respond(count ?? 0);
    },
    cancel: onCancel,
  });
}

/** What `writableOf` writes to. */
interface Writer {
  write(data: Uint8Array): Promise<number>;
  closeWrite(): Promise<void>;
  close(): void;
}

/** A stream that writes to a socket; closing it ends the writing side, aborting it the socket. */
export function writableOf(socket: Writer): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    write: (chunk) => socket.write(chunk).then(() => {}),
    close: () => socket.closeWrite(),
    abort: () => socket.close(),
  });
}
