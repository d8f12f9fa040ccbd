import { type Tile, tilesOf } from "../../data/tiles.ts";
import type { Column } from "../../data/views.ts";
import { node } from "../../drawing/node.ts";
import { h, setText, svg } from "../dom.ts";
import type { Part } from "../view.ts";

/** Steps that a sparkline shows. */
const STEPS = 90;

/** The numbers that matter, each with how it went. */
export function tiles(): Part {
  const element = h("section", { class: "tiles", "aria-label": "Numbers" });
  const shown = new Map<string, ReturnType<typeof tile>>();
  return {
    element,
    update({ data, family }) {
      for (const one of tilesOf(data, family)) {
        let known = shown.get(one.id);
        if (known === undefined) {
          shown.set(one.id, known = tile());
          element.append(known.element);
        }
        known.update(one);
      }
    },
  };
}

function tile() {
  const [label, value, detail, mark] = [h("h2"), h("p", { class: "value" }), h("p"), h("span")];
  const line = svg(node("path", { class: "stroke s-c1" })) as SVGPathElement;
  const area = svg(node("path", { class: "area f-c1" })) as SVGPathElement;
  const spark = svg(node("svg", {
    class: "plot spark",
    ...{ viewBox: "0 0 100 30", preserveAspectRatio: "none", "aria-hidden": "true" },
  }));
  spark.append(area, line);
  const element = h("div", { class: "card tile" }, h("header", {}, label, mark), value, detail);
  element.append(spark);
  return {
    element,
    update({ id, label: name, value: text, detail: more, tone, failed, values }: Tile) {
      element.dataset["tile"] = id;
      element.dataset["tone"] = tone;
      setText(label, name);
      setText(value, text);
      setText(detail, more);
      mark.className = `mark ${tone}`;
      setText(mark, tone === "none" ? "" : tone === "ok" ? "✓" : "✗");
      mark.title = tone === "bad" ? `failed: ${failed.join(", ")}` : "";
      if (tone === "none") mark.removeAttribute("role");
      else {
        mark.setAttribute("role", "img");
        mark.setAttribute("aria-label", tone === "ok" ? "thresholds hold" : mark.title);
      }
      const path = sparkPath(values.slice(-STEPS));
      line.setAttribute("d", path);
      area.setAttribute("d", path === "" ? "" : `${path}L100 30L0 30Z`);
    },
  };
}

/** A line of values, as wide as its box; gaps are bridged. */
function sparkPath(values: Column): string {
  const most = values.reduce<number>((a, b) => Math.max(a, b ?? 0), 0) || 1;
  const points = values.flatMap((value, i) =>
    value === null ? [] : [
      `${(i / Math.max(1, values.length - 1) * 100).toFixed(1)} ${
        (28 - value / most * 25).toFixed(1)
      }`,
    ]
  );
  return points.length < 2 ? "" : `M${points.join("L")}`;
}
