/** Most bytes that wait for one page: more, and it is told everything anew when it reads again. */
const MAX_WAITING = 4 * 1024 * 1024;
/** Most pages at once. */
export const MAX_CLIENTS = 50;

interface Client {
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
  /** Whether it missed something. */
  behind: boolean;
}

/** The pages that listen, each with a queue of its own: a slow one holds up nobody. */
export class LiveClients {
  readonly #clients = new Set<Client>();

  /** How many listen. */
  get size(): number {
    return this.#clients.size;
  }

  /** A stream of events for one more page, which begins with `first`. */
  open(first: Uint8Array): ReadableStream<Uint8Array> {
    let client: Client;
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        client = { controller, behind: false };
        this.#clients.add(client);
        controller.enqueue(first);
      },
      cancel: () => void this.#clients.delete(client),
    }, new ByteLengthQueuingStrategy({ highWaterMark: MAX_WAITING }));
  }

  /** Sends an event to all; `everything` to those that missed one before. */
  send(event: Uint8Array, everything: () => Uint8Array): void {
    for (const client of this.#clients) {
      const room = client.controller.desiredSize ?? 0;
      if (room <= 0) client.behind = true;
      else {
        client.controller.enqueue(client.behind ? everything() : event);
        client.behind = false;
      }
    }
  }

  /** Sends the last event to all and ends their streams. */
  end(event: Uint8Array | null): void {
    for (const { controller } of this.#clients) {
      if (event !== null) controller.enqueue(event);
      controller.close();
    }
    this.#clients.clear();
  }
}
