import { h } from "../dom.ts";

const KEYS = [
  ["p", "pause the run, or let it go on"],
  ["s", "stop it"],
  ["/", "filter the table"],
  ["t", "light or dark"],
  ["d", "save as a file"],
  ["?", "this list"],
  ["drag", "zoom into a chart; double-click shows all"],
] as const;

/** What keys do. */
export function helpDialog(): HTMLDialogElement {
  return h(
    "dialog",
    { class: "sure", "aria-labelledby": "help-title" },
    h("h2", { id: "help-title" }, "Keys"),
    h(
      "dl",
      { class: "keys" },
      ...KEYS.flatMap(([key, text]) => [
        h("dt", {}, h("kbd", {}, key)),
        h("dd", {}, text),
      ]),
    ),
    h("form", { method: "dialog" }, h("button", {}, "Close")),
  );
}

/** Calls what belongs to a key, unless somebody writes. */
export function listenToKeys(keys: Readonly<Record<string, () => void>>): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest("dialog")) return;
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
}
