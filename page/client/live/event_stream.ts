/** One server-sent event. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/** Takes a stream of server-sent events apart (HTML, section 9.2), however it is cut. */
export class EventParser {
  #rest = "";

  /** The events that are whole now. */
  push(text: string): ServerEvent[] {
    const blocks = (this.#rest + text).split("\n\n");
    this.#rest = blocks.pop()!;
    return blocks.map(parse);
  }
}

function parse(block: string): ServerEvent {
  let [event, data] = ["message", ""];
  for (const line of block.split("\n")) {
    if (line.startsWith("event: ")) event = line.slice(7);
    if (line.startsWith("data: ")) data += line.slice(6);
  }
  return { event, data };
}
