import type { PageSample } from "../../data/types.ts";
import { h } from "../dom.ts";

/** The first calls that failed, with what came; nothing without any. */
export function errorSamples(samples: readonly PageSample[]): HTMLElement[] {
  if (samples.length === 0) return [];
  return [
    h("h3", {}, "The first calls that failed"),
    h("div", { class: "samples" }, ...samples.map(sampleOf)),
  ];
}

function sampleOf({ kind, method, url, message, body, note }: PageSample): HTMLElement {
  return h(
    "details",
    { class: "sample" },
    h("summary", {}, h("b", {}, kind), " ", h("code", {}, `${method} ${url}`)),
    message === "" ? null : h("p", {}, message),
    body === null ? null : h("pre", {}, body),
    note === "" ? null : h("p", { class: "dim" }, note),
  );
}
