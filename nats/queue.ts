/** First in, first out, with a count of bytes. */
export class MessageQueue<T extends { readonly size: number }> {
  #items: (T | undefined)[] = [];
  #head = 0;
  #bytes = 0;

  /** How many wait. */
  get length(): number {
    return this.#items.length - this.#head;
  }

  /** Their bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds one at the end. */
  push(item: T): void {
    this.#items.push(item);
    this.#bytes += item.size;
  }

  /** Takes the first; undefined when there is none. */
  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#items[this.#head++] = undefined;
    this.#bytes -= item.size;
    if (this.#head === this.#items.length) {
      this.#items = [];
      this.#head = 0;
    } else if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Forgets all. */
  clear(): void {
    this.#items = [];
    this.#head = this.#bytes = 0;
  }
}
