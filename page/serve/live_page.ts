import type { RunRecord } from "../../results/mod.ts";
import type { RunEvents } from "../../runner/mod.ts";
import { ASSETS } from "../document/assets.ts";
import { contentPolicy, pageDocument } from "../document/document.ts";
import { LiveClients, MAX_CLIENTS } from "../live/clients.ts";
import { LiveFeed, type LiveRun } from "../live/feed.ts";
import { eventText } from "../live/messages.ts";
import {
  answer,
  htmlAnswer,
  listen,
  type PageAddress,
  type PageServer,
  refuseMethod,
} from "./http.ts";

/** Who may see and steer the run, and how: the REST API's own rules. */
export interface PageControl {
  /** Answers a request for `/v1/…`. */
  api(request: Request): Promise<Response>;
  /** An answer for those who may not see the run; null for those who may. */
  refuse(headers: Headers): Promise<Response | null>;
}

/** A page that shows a run while it goes on. */
export interface LivePage extends PageServer {
  /** What it wants to hear of the run. */
  readonly events: Required<RunEvents>;
  /** Shows how the run ended, to pages that are open and, until `close`, to those that come. */
  end(record: RunRecord): void;
}

const EVENT_STREAM = { "content-type": "text/event-stream; charset=utf-8" };

/**
 * Serves a page of a run: `/` is the page without any data, `/events` streams the run to it,
 * `/shape?key=…` tells a histogram, `/v1/…` steers.
 *
 * @throws {DownpourError} `page_listen` when it can't listen there
 */
export async function serveLivePage(
  address: PageAddress,
  run: LiveRun,
  control: PageControl,
): Promise<LivePage> {
  const feed = new LiveFeed(run);
  const clients = new LiveClients();
  const encoder = new TextEncoder();
  let last: Uint8Array<ArrayBuffer> | null = null;
  const everything = () => last ?? encoder.encode(eventText("hello", feed.hello()));
  const shell = await shellOf(run.name);

  function events(method: string): Response {
    if (method === "HEAD" || last !== null) return answer(200, last, EVENT_STREAM);
    if (clients.size >= MAX_CLIENTS) return answer(503, "Too many pages are open");
    return answer(200, clients.open(everything()), EVENT_STREAM);
  }

  const server = listen(address, async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname.startsWith("/v1/")) return await control.api(request);
    const refused = refuseMethod(request);
    if (refused !== null) return refused;
    if (pathname === "/") return htmlAnswer(shell.html, shell.policy);
    const unseen = await control.refuse(request.headers);
    if (unseen !== null) return unseen;
    if (pathname === "/events") return events(request.method);
    if (pathname !== "/shape") return answer(404, "There are /, /events, /shape and /v1/status");
    const shape = feed.shape(searchParams.get("key") ?? "");
    if (shape === null) return answer(404, "There is no such row");
    return answer(200, JSON.stringify(shape), { "content-type": "application/json" });
  });

  function tell(phaseChanged: boolean): void {
    if (clients.size === 0) return;
    const tick = feed.tick();
    if (tick !== null) clients.send(encoder.encode(eventText("tick", tick)), everything);
    else if (phaseChanged) {
      clients.send(encoder.encode(eventText("state", feed.state())), everything);
    }
  }

  let before = "";
  return {
    url: server.url,
    events: {
      planned: (options) => feed.planned(options),
      progress(progress) {
        feed.progress(progress);
        const state = `${progress.phase} ${progress.paused}`;
        tell(state !== before);
        before = state;
      },
      log: (entry) => feed.log(entry),
    },
    end(record) {
      last = encoder.encode(eventText("end", feed.end(record)));
      clients.end(last);
    },
    async close() {
      clients.end(null);
      await server.close();
    },
  };
}

/** The page without data: anybody may have it. */
async function shellOf(title: string): Promise<{ html: string; policy: string }> {
  const parts = { ...ASSETS, data: null };
  const fallback = "<p>A live page needs JavaScript; a report doesn't: downpour report</p>";
  return {
    html: await pageDocument({ ...parts, title, fallback }),
    policy: await contentPolicy(parts),
  };
}
