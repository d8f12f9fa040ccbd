import { familiesIn } from "../data/views.ts";
import { stateText } from "../data/state_text.ts";
import { tilesOf } from "../data/tiles.ts";
import type { PageData } from "../data/types.ts";
import { h } from "./dom.ts";
import { charts } from "./parts/charts.ts";
import { type Change, Controls } from "./parts/controls.ts";
import { details } from "./parts/details.ts";
import { DrillDown, type ShapeSource } from "./parts/drill_down.ts";
import { helpDialog, listenToKeys } from "./parts/help.ts";
import { tables } from "./parts/table.ts";
import { tiles } from "./parts/tiles.ts";
import { topBar } from "./parts/top_bar.ts";
import { saveJson, saveReport } from "./save.ts";
import { switchTheme } from "./theme.ts";
import type { View } from "./view.ts";

/** How often a page that nobody sees tells its title anew, milliseconds. */
const TITLE_MS = 5000;

/** The page: shows what it is told. */
export interface App {
  show(data: PageData): void;
  /** Tells people something. */
  say(text: string): void;
}

/**
 * Builds the page.
 *
 * @param change steers the run; null where there is none that goes on
 */
export function createApp(shapes: ShapeSource, change: Change | null): App {
  let data: PageData | null = null;
  let toldAt = -Infinity;
  let chosen: string | null = null;
  const notice = h("p", { class: "notice", role: "alert", hidden: true });
  const say = (text: string) => {
    notice.textContent = text;
    notice.hidden = text === "";
  };
  const controls = change === null ? null : new Controls(change, say);
  const drill = new DrillDown(shapes);
  const help = helpDialog();
  const plots = charts();
  const actions = {
    open: (key: string) => {
      if (data !== null) drill.open(key, data);
    },
    choose: (family: string) => {
      chosen = family;
      refresh();
    },
  };
  const table = tables(actions);
  const redraw = () => {
    plots.redraw();
    drill.redraw();
  };
  const theme = () => {
    switchTheme();
    redraw();
  };
  const save = () => void (data !== null && saveReport(data));
  const tools = [
    button("Save", "Save this page as a file", save),
    button("JSON", "Save its data as JSON", () => void (data !== null && saveJson(data))),
    button("◐", "Light or dark", theme),
    button("?", "Keys", () => help.showModal()),
  ];
  const top = topBar(controls?.element ?? null, tools, actions, ({ data }) => familiesIn(data.now));
  const parts = [top, tiles(), plots, table, details()];
  const main = h("main", {}, notice, controls?.sliders ?? null);
  main.append(...parts.slice(1).map(({ element }) => element));
  document.getElementById("app")!.replaceChildren(top.element, main, drill.element, help);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  listenToKeys({
    p: () => controls?.togglePause(),
    s: () => controls?.askStop(),
    "/": () => table.focusFilter(),
    t: theme,
    d: save,
    "?": () => help.showModal(),
  });

  // A tab that nobody sees is drawn when somebody does.
  document.addEventListener("visibilitychange", () => refresh());

  function refresh(): void {
    if (data === null) return;
    const families = familiesIn(data.now);
    const view: View = { data, family: families.find(({ id }) => id === chosen) ?? families[0]! };
    if (document.hidden) return tellTitle(view);
    document.title = titleOf(view, false);
    for (const part of parts) part.update(view);
    controls?.update(view);
    drill.update(data);
  }

  /** While nobody sees the page its title tells the rate; each change has the browser draw its tabs. */
  function tellTitle(view: View): void {
    const now = performance.now();
    if (view.data.now.state.exitCode === null && now - toldAt < TITLE_MS) return;
    toldAt = now;
    document.title = titleOf(view, true);
  }

  return {
    say,
    show(now) {
      data = now;
      refresh();
    },
  };
}

function button(text: string, title: string, act: () => void): HTMLElement {
  return h("button", { type: "button", title, "aria-label": title, onclick: act }, text);
}

/** What the tab says: how it ended, or while nobody sees the page, the rate. */
function titleOf({ data, family }: View, hidden: boolean): string {
  const isOver = data.now.state.exitCode !== null;
  if (!isOver && !hidden) return data.run.name;
  const first = isOver ? stateText(data.now).text : `${tilesOf(data, family)[0]!.value}/s`;
  return `${first} · ${data.run.name}`;
}
