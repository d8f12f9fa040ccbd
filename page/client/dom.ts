import type { DrawnNode } from "../drawing/node.ts";

/** What an element is made of: attributes, and listeners by `onclick` and the like. */
export type Attributes = Readonly<
  Record<string, string | number | boolean | null | ((event: Event) => void)>
>;

/** An element of HTML; texts among its children stay texts. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string | null)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** Something drawn, as elements. */
export function svg(drawn: DrawnNode): SVGElement {
  const element = document.createElementNS(SVG, drawn.tag);
  for (const [name, value] of Object.entries(drawn.attributes)) {
    if (name !== "xmlns") element.setAttribute(name, String(value));
  }
  for (const child of drawn.children) {
    element.append(typeof child === "string" ? child : svg(child));
  }
  return element;
}

/** Sets a text where it differs: what did not change is not announced anew. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** The value of a colour's CSS variable as it is now. */
export function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** Offers text as a file to keep. */
export function download(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
