import type { LiveEvent, LiveMessages } from "../../live/messages.ts";
import type { Shape } from "../../data/types.ts";
import { EventParser } from "./event_stream.ts";

/** Waits between attempts to connect again, milliseconds. */
const WAITS = [500, 1000, 2000, 4000];

/** What comes from the run. */
export interface Listener {
  message<E extends LiveEvent>(event: E, data: LiveMessages[E]): void;
  /** The run's process can't be reached any more. */
  gone(): void;
  /** Asks whoever sits there for the token. */
  askToken(wrong: boolean): Promise<string>;
}

/** A run that refuses what it was asked for: its reason. */
export class Refused extends Error {}

/** The connection to the run's process. The token stands behind `#`, which no server is sent. */
export class Connection {
  #token = takeToken();

  /** Listens until the run is over or gone. */
  async listen(listener: Listener): Promise<void> {
    for (let failed = 0; failed <= WAITS.length;) {
      const outcome = await this.#stream(listener).catch(() => "lost" as const);
      if (outcome === "end") return;
      if (outcome === "token") {
        this.#token = await listener.askToken(this.#token !== null);
        keepToken(this.#token);
        continue;
      }
      failed = outcome === "cut" ? 0 : failed + 1;
      await new Promise((resolve) => setTimeout(resolve, WAITS[failed] ?? 0));
    }
    listener.gone();
  }

  async #stream(listener: Listener): Promise<"end" | "cut" | "token" | "lost"> {
    const response = await fetch("/events", { headers: this.#headers() });
    if (response.status === 401) return "token";
    if (!response.ok || response.body === null) return "lost";
    const parser = new EventParser();
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    let told = false;
    try {
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        for (const { event, data } of parser.push(decoder.decode(read.value, { stream: true }))) {
          told = true;
          listener.message(event as LiveEvent, JSON.parse(data));
          if (event === "end") return "end";
        }
      }
    } catch {
      // The process went away in the middle: as if the stream had ended.
    }
    return told ? "cut" : "lost";
  }

  /** The histogram of a row; null where it can't be had. */
  async shape(key: string): Promise<Shape | null> {
    try {
      const response = await fetch(`/shape?key=${encodeURIComponent(key)}`, {
        headers: this.#headers(),
      });
      return response.ok ? await response.json() : null;
    } catch {
      return null;
    }
  }

  /** Changes the run by its REST API. @throws {Refused} with the reason */
  async change(attributes: Readonly<Record<string, unknown>>): Promise<void> {
    const body = JSON.stringify({ data: { type: "status", id: "default", attributes } });
    const headers = { ...this.#headers(), "content-type": "application/json" };
    let response: Response;
    try {
      response = await fetch("/v1/status", { method: "PATCH", headers, body });
    } catch {
      throw new Refused("the run can't be reached");
    }
    if (response.ok) return;
    const answer = await response.json().catch(() => null);
    throw new Refused(String(answer?.errors?.[0]?.detail ?? `it answered ${response.status}`));
  }

  #headers(): Record<string, string> {
    return this.#token === null ? {} : { authorization: `Bearer ${this.#token}` };
  }
}

const KEY = "downpour-token";

/** The token of `#token=…`, which leaves the address, or the one of before a reload. */
function takeToken(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token === null) return sessionStorage.getItem(KEY);
  history.replaceState(null, "", location.pathname);
  keepToken(token);
  return token;
}

function keepToken(token: string): void {
  sessionStorage.setItem(KEY, token);
}
