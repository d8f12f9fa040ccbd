import { stateText } from "../../data/state_text.ts";
import { formatClock } from "../../drawing/format.ts";
import { node } from "../../drawing/node.ts";
import { h, setText, svg } from "../dom.ts";
import type { Actions, Part, View } from "../view.ts";

/** Name, state and time of the run, and what can be done with it. */
export function topBar(
  controls: HTMLElement | null,
  tools: readonly HTMLElement[],
  { choose }: Pick<Actions, "choose">,
  familiesOf: (view: View) => readonly { readonly id: string; readonly title: string }[],
): Part {
  const name = h("h1");
  const pill = h("span", { class: "pill", role: "status" });
  const clock = h("span", { class: "clock" });
  const bar = h("progress", { max: 1, "aria-label": "Elapsed" });
  const families = h("div", { class: "families", role: "group", "aria-label": "Protocol" });
  let beats = 0;
  return {
    element: h(
      "header",
      { class: "top" },
      h("div", { class: "brand" }, svg(DROP), h("span", {}, "Downpour")),
      h("div", { class: "run" }, name, pill, clock),
      families,
      h("div", { class: "buttons" }, controls, ...tools),
      bar,
    ),
    update(view) {
      const { run, now } = view.data;
      setText(name, run.name);
      name.title = run.name;
      const { text, tone } = stateText(now);
      setText(pill, text);
      pill.className = `pill ${tone}`;
      pill.dataset["beat"] = (beats++) % 2 === 0 ? "even" : "odd";
      const { elapsedMs, totalMs, phase } = now.state;
      const isOver = phase === "ended" || totalMs === null;
      setText(
        clock,
        isOver ? formatClock(elapsedMs) : `${formatClock(elapsedMs)} of ${formatClock(totalMs)}`,
      );
      bar.hidden = isOver;
      if (totalMs !== null) bar.value = Math.min(1, elapsedMs / Math.max(1, totalMs));
      showFamilies(families, view, familiesOf(view), choose);
    },
  };
}

function showFamilies(
  place: HTMLElement,
  { family }: View,
  all: readonly { readonly id: string; readonly title: string }[],
  choose: (id: string) => void,
): void {
  place.hidden = all.length < 2;
  if (place.children.length !== all.length) {
    place.replaceChildren(
      ...all.map(({ id, title }) =>
        h("button", { type: "button", "data-family": id, onclick: () => choose(id) }, title)
      ),
    );
  }
  for (const button of place.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.dataset["family"] === family.id));
  }
}

const DROP = node(
  "svg",
  { viewBox: "0 0 24 24", width: 20, height: 20, "aria-hidden": "true", class: "drop" },
  node("path", {
    d: "M12 2.5C8.4 7.4 5.6 11 5.6 14.7a6.4 6.4 0 0 0 12.8 0C18.4 11 15.6 7.4 12 2.5z",
  }),
);
