import { joined } from "../protocol/mod.ts";

/** Sends frames to the parent. */
export interface Port {
  /** Bytes that are queued. */
  readonly backlog: number;
  /** Queues a frame. */
  send(frame: Uint8Array): void;
}

/** Writes frames in order; those that wait for the one before go out together. */
export function createPort(write: (bytes: Uint8Array) => Promise<number>): Port {
  let queue: Uint8Array[] = [];
  let backlog = 0;
  let writing = false;
  const drain = async () => {
    writing = true;
    await Promise.resolve(); // Whatever else this turn has to say goes out with it.
    while (queue.length > 0) {
      const bytes = queue.length === 1 ? queue[0]! : joined(queue);
      queue = [];
      for (let at = 0; at < bytes.length;) at += await write(bytes.subarray(at));
      backlog -= bytes.length;
    }
    writing = false;
  };
  return {
    get backlog() {
      return backlog;
    },
    send(frame) {
      queue.push(frame);
      backlog += frame.length;
      // A closed pipe means that the parent is gone: the end of stdin says so too.
      if (!writing) drain().catch(() => {});
    },
  };
}
