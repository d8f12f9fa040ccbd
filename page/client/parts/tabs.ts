import { h } from "../dom.ts";

/** One tab: its name, what it shows, and how much of it there is. */
export interface Tab {
  readonly id: string;
  readonly title: string;
  readonly panel: HTMLElement;
}

/** Tabs as ARIA has them: arrow keys go from one to the next. */
export class Tabs {
  readonly element: HTMLElement;
  readonly #tabs: readonly Tab[];
  readonly #buttons = new Map<string, HTMLButtonElement>();
  readonly #changed: (id: string) => void;
  /** Whether somebody has chosen: until then it is the first that is shown. */
  #picked = false;

  constructor(label: string, tabs: readonly Tab[], changed: (id: string) => void = () => {}) {
    this.#tabs = tabs;
    this.#changed = changed;
    const list = h("div", { role: "tablist", "aria-label": label, onkeydown: (e) => this.#key(e) });
    for (const { id, title, panel } of tabs) {
      const button = h(
        "button",
        {
          ...{ type: "button", role: "tab", id: `tab-${id}`, "aria-controls": `panel-${id}` },
          onclick: () => this.#pick(id),
        },
        h("span", {}, title),
        h("small", {}),
      );
      panel.id = `panel-${id}`;
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", `tab-${id}`);
      panel.tabIndex = 0;
      this.#buttons.set(id, button);
      list.append(button);
    }
    this.element = h("div", { class: "tabs" }, list, ...tabs.map(({ panel }) => panel));
    this.choose(tabs[0]!.id);
  }

  /** Shows one tab. */
  choose(id: string): void {
    for (const tab of this.#tabs) {
      const chosen = tab.id === id;
      tab.panel.hidden = !chosen;
      const button = this.#buttons.get(tab.id)!;
      button.setAttribute("aria-selected", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
    }
    this.#changed(id);
  }

  /** Which one is shown. */
  get chosen(): string {
    return this.#tabs.find(({ panel }) => !panel.hidden)?.id ?? "";
  }

  /** Says how much a tab holds, and whether that is bad; hides one that holds nothing and may go. */
  mark(id: string, count: number | null, bad = false): void {
    const small = this.#buttons.get(id)!.lastElementChild as HTMLElement;
    small.textContent = count === null ? "" : String(count);
    small.className = bad ? "bad" : "";
  }

  /** Takes a tab out of the row, or puts it back. */
  show(id: string, shown: boolean): void {
    this.#buttons.get(id)!.hidden = !shown;
    const first = this.#tabs.find((tab) => !this.#buttons.get(tab.id)!.hidden)?.id ?? id;
    const isGone = !shown && this.chosen === id;
    if (isGone || !this.#picked && this.chosen !== first) this.choose(first);
  }

  #pick(id: string): void {
    this.#picked = true;
    this.choose(id);
  }

  #key(event: Event): void {
    const { key } = event as KeyboardEvent;
    const step = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const shown = this.#tabs.filter(({ id }) => !this.#buttons.get(id)!.hidden);
    const at = shown.findIndex(({ id }) => id === this.chosen);
    const next = shown[(at + step + shown.length) % shown.length]!;
    this.#pick(next.id);
    this.#buttons.get(next.id)!.focus();
    event.preventDefault();
  }
}
