import type { PageRow, PageShard, PageTable } from "../../data/types.ts";
import { clockText, startText } from "../../data/state_text.ts";
import { formatCount, formatRate, formatShare, formatTime } from "../../drawing/format.ts";
import { h, setText } from "../dom.ts";
import type { Actions, Part, View } from "../view.ts";
import { Tabs } from "./tabs.ts";

interface TableColumn {
  readonly id: string;
  readonly title: string;
  readonly text: (row: PageRow) => string;
  /** What it is sorted by; -1 for nothing. */
  readonly value: (row: PageRow) => number | string;
}

const time = (id: "p50" | "p90" | "p99" | "p99.9" | "max"): TableColumn => ({
  ...{ id, title: id },
  text: ({ times }) => formatTime(times?.[id] ?? null),
  value: ({ times }) => times?.[id] ?? -1,
});

const COUNTS: readonly TableColumn[] = [
  { id: "name", title: "Name", text: ({ name }) => name, value: ({ name }) => name },
  { id: "count", title: "Count", text: (row) => formatCount(row.count), value: (row) => row.count },
  {
    id: "rate",
    title: "Per second",
    text: (row) => formatRate(row.rate),
    value: (row) => row.rate,
  },
];
const FAILED: TableColumn = {
  ...{ id: "failed", title: "Failed", text: failedText, value: (row) => row.failed },
};

const TIMED: readonly TableColumn[] = [
  ...COUNTS,
  ...[time("p50"), time("p90"), time("p99"), time("p99.9"), time("max")],
];

const ofShard = (
  id: string,
  title: string,
  text: (shard: PageShard) => string,
  value: (shard: PageShard) => number | string,
): TableColumn => ({
  ...{ id, title },
  text: ({ shard }) => shard === null ? "" : text(shard),
  value: ({ shard }) => shard === null ? -1 : value(shard),
});

const SHARD_COLUMNS: readonly TableColumn[] = [
  ...COUNTS,
  ofShard("share", "Share", ({ share }) => formatShare(share), ({ share }) => share),
  ...[time("p50"), time("p99")],
  ofShard("state", "State", ({ state }) => state, ({ state }) => state),
  ofShard("vus", "VUs", ({ vus }) => formatCount(vus), ({ vus }) => vus),
  ofShard("cpu", "CPU", ({ cpuShare }) => formatShare(cpuShare), ({ cpuShare }) => cpuShare),
  ofShard("lag", "Lag p99", ({ lagP99Ms }) => formatTime(lagP99Ms), ({ lagP99Ms }) => lagP99Ms),
  ofShard("agent", "Agent", ({ agent }) => agent || "–", ({ agent }) => agent),
  ofShard("clock", "Clock", clockText, ({ clockOffsetMs }) => clockOffsetMs ?? -Infinity),
  ofShard("start", "Start", startText, ({ startMs }) => startMs ?? -1),
  ofShard("missing", "Missing", ({ missing }) => formatCount(missing), ({ missing }) => missing),
  FAILED,
];

function failedText({ failed, count }: PageRow): string {
  if (failed === 0) return "0";
  return `${formatCount(failed)} (${formatShare(count > 0 ? Math.min(1, failed / count) : 1)})`;
}

const TABLES: readonly (readonly [PageTable, string])[] = [
  ["endpoint", "Endpoints"],
  ["scenario", "Scenarios"],
  ["group", "Groups"],
  ["protocol", "Protocols"],
  ["shard", "Shards"],
];

function columnsOf(id: PageTable): readonly TableColumn[] {
  if (id === "shard") return SHARD_COLUMNS;
  return id === "group" ? TIMED : [...TIMED, FAILED];
}

/** The parts of the load as tables, to be sorted, filtered and looked at closer. */
export function tables(actions: Actions): Part & { focusFilter(): void } {
  const filter = h("input", {
    ...{ type: "search", placeholder: "Filter  /", "aria-label": "Filter the rows by name" },
    oninput: () => all.forEach(([, table]) => table.refresh(filter.value)),
  });
  const all = TABLES.map(([id, title]) => [id, table(title, columnsOf(id), actions)] as const);
  const tabs = new Tabs(
    "Parts of the load",
    TABLES.map(([id, title], i) => ({ id, title, panel: all[i]![1].element })),
  );
  tabs.element.firstElementChild!.after(filter);
  return {
    element: h("section", { class: "card parts", "aria-label": "Parts of the load" }, tabs.element),
    update({ data }: View) {
      for (const [id, table] of all) {
        const rows = data.now.rows.filter((row) => row.table === id);
        table.update(rows, filter.value);
        tabs.mark(id, rows.length);
        tabs.show(id, rows.length > 0 || id === "endpoint" && data.now.rows.length === 0);
      }
    },
    focusFilter: () => filter.focus(),
  };
}

interface Line {
  readonly element: HTMLTableRowElement;
  readonly cells: readonly HTMLElement[];
}

function table(title: string, columns: readonly TableColumn[], actions: Actions) {
  let rows: readonly PageRow[] = [];
  let [sortBy, downwards] = ["count", true];
  const lines = new Map<string, Line>();
  const body = h("tbody");
  const empty = h("p", { class: "empty" });
  const heads = columns.map((column) =>
    h(
      "th",
      { scope: "col" },
      h("button", { type: "button", onclick: () => sort(column.id) }, column.title),
    )
  );
  const element = h(
    "div",
    { class: "scroll" },
    h(
      "table",
      {},
      h("caption", { class: "hidden" }, title),
      h("thead", {}, h("tr", {}, ...heads)),
      body,
    ),
    empty,
  );
  let shownFilter = "";
  function sort(id: string): void {
    downwards = sortBy === id ? !downwards : id !== "name";
    sortBy = id;
    refresh(shownFilter);
  }
  function line(key: string): Line {
    const known = lines.get(key);
    if (known !== undefined) return known;
    const button = h("button", { type: "button", class: "link", onclick: () => actions.open(key) });
    const cells = columns.map(({ id }) => id === "name" ? button : h("td"));
    const others = cells.slice(1) as HTMLElement[];
    const made = { element: h("tr", {}, h("th", { scope: "row" }, button), ...others), cells };
    lines.set(key, made);
    return made;
  }
  function refresh(filter: string): void {
    shownFilter = filter;
    const words = filter.toLowerCase().split(/\s+/).filter((word) => word !== "");
    const column = columns.find(({ id }) => id === sortBy)!;
    const shown = rows.filter(({ name }) =>
      words.every((word) => name.toLowerCase().includes(word))
    )
      .sort((a, b) => compare(column.value(a), column.value(b)) * (downwards ? -1 : 1));
    const wanted = shown.map((row) => {
      const { element, cells } = line(row.key);
      for (const [i, { text }] of columns.entries()) setText(cells[i]!, text(row));
      cells[0]!.title = row.name;
      cells.at(-1)!.classList.toggle("bad", row.failed > 0);
      return element;
    });
    // Moving a row takes the focus from what is in it: only when the order has changed.
    if (
      wanted.length !== body.children.length || wanted.some((row, i) => body.children[i] !== row)
    ) {
      body.replaceChildren(...wanted);
    }
    for (const [i, { id }] of columns.entries()) {
      const order = id !== sortBy ? "none" : downwards ? "descending" : "ascending";
      heads[i]!.setAttribute("aria-sort", order);
    }
    empty.textContent = shown.length > 0
      ? ""
      : rows.length > 0
      ? "No row has this in its name"
      : "Nothing was measured yet";
  }
  return {
    element,
    refresh,
    update(now: readonly PageRow[], filter: string) {
      rows = now;
      refresh(filter);
    },
  };
}

function compare(a: number | string, b: number | string): number {
  return typeof a === "number" && typeof b === "number"
    ? a - b
    : String(a).localeCompare(String(b));
}
