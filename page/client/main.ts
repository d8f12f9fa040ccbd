/** The page in the browser: of a file with its data, or of a run that goes on. */
import { unpack } from "../data/pack.ts";
import { PAGE_SCHEMA, PAGE_VERSION, type PageData } from "../data/types.ts";
import { IDS } from "../document/document.ts";
import { type App, createApp } from "./app.ts";
import { h } from "./dom.ts";
import type { LiveMessages } from "../live/messages.ts";
import { applyTick, type Told } from "./live/apply.ts";
import { Connection, type Listener } from "./live/connection.ts";
import { restoreTheme } from "./theme.ts";

restoreTheme();
const embedded = document.getElementById(IDS.data);
if (embedded === null) showLive();
else showFile(embedded.textContent ?? "");

/** Shows a finished run whose data came along. */
async function showFile(packed: string): Promise<void> {
  const app = createApp((data, key) => Promise.resolve(data.shapes[key] ?? null), null);
  const data: PageData = JSON.parse(await unpack(packed));
  if (data.schema !== PAGE_SCHEMA || data.version !== PAGE_VERSION) {
    return app.say(`This file holds ${data.schema} ${data.version}, which this page can't show`);
  }
  app.show(data);
}

/** Shows a run that goes on, until it has ended. */
async function showLive(): Promise<void> {
  const connection = new Connection();
  const app = createApp(
    async (data, key) => data.shapes[key] ?? await connection.shape(key),
    (attributes) => connection.change(attributes),
  );
  await connection.listen(listenerOf(app));
}

function listenerOf(app: App): Listener {
  let told: Told | null = null;
  const show = (now: Told) => {
    told = now;
    app.show(now.data);
  };
  return {
    message(event, message) {
      // Types follow the event's name, which the compiler can't see through the parameter.
      const at = { [event]: message } as Partial<LiveMessages>;
      if (at.hello !== undefined) show(at.hello);
      else if (at.end !== undefined) show({ data: at.end, lines: at.end.log.length });
      else if (told !== null && at.tick !== undefined) show(applyTick(told, at.tick));
      else if (told !== null && at.state !== undefined) {
        show({ ...told, data: { ...told.data, now: { ...told.data.now, state: at.state } } });
      }
    },
    gone() {
      app.say("The process of the run is gone: this is what it told last.");
      if (told === null) return;
      const { now } = told.data;
      const state = { ...now.state, phase: "lost" as const };
      show({ ...told, data: { ...told.data, now: { ...now, state } } });
    },
    askToken,
  };
}

/** Asks for the token of a run on another machine. */
function askToken(wrong: boolean): Promise<string> {
  const input = h("input", { type: "password", id: "token", required: true, autocomplete: "off" });
  const { promise, resolve } = Promise.withResolvers<string>();
  const dialog = h(
    "dialog",
    { class: "sure", "aria-labelledby": "token-title" },
    h("h2", { id: "token-title" }, wrong ? "The token is wrong" : "This run asks for a token"),
    h(
      "form",
      { method: "dialog", onsubmit: () => resolve(input.value) },
      h("label", { for: "token" }, "Token"),
      input,
      h("button", {}, "Show the run"),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  document.body.append(dialog);
  dialog.showModal();
  return promise;
}
