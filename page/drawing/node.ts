/** Markup as data: text stays text in whatever becomes of it, a string or elements of a document. */
export interface DrawnNode {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly (DrawnNode | string)[];
}

/** An element. */
export function node(
  tag: string,
  attributes: DrawnNode["attributes"] = {},
  ...children: DrawnNode["children"]
): DrawnNode {
  return { tag, attributes, children };
}

/** HTML elements that have no end. */
const VOID = new Set(["br", "hr", "meta"]);

/** An element as HTML, or as SVG. */
export function markup(drawn: DrawnNode | string): string {
  if (typeof drawn === "string") return escape(drawn);
  const attributes = Object.entries(drawn.attributes)
    .map(([name, value]) => ` ${name}="${escape(String(value))}"`).join("");
  if (VOID.has(drawn.tag)) return `<${drawn.tag}${attributes}>`;
  return `<${drawn.tag}${attributes}>${drawn.children.map(markup).join("")}</${drawn.tag}>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" },
};

/** Text that HTML and XML take as text, in content and in quotes; what XML can't hold is taken out. */
export function escape(text: string): string {
  return text.toWellFormed()
    // deno-lint-ignore no-control-regex -- they are what has to go
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"']/g, (char) => ESCAPES[char]!);
}
