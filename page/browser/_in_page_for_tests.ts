// What runs in the browser is text here: these files are checked without the browser's types.

/** What can be reached and has no name. */
export const NAMELESS = `
[...document.querySelectorAll("button,input,[role=img],[role=tab],dialog")].filter((element) => {
  const labelled = element.getAttribute("aria-labelledby");
  const name = element.getAttribute("aria-label") ?? element.textContent ?? "";
  const label = element.closest("label")?.textContent ?? "";
  return name.trim() === "" && label === "" &&
    (labelled === null || document.getElementById(labelled) === null);
}).map((element) => element.outerHTML.slice(0, 100))`;

/** Texts whose contrast with what is behind them is below 4.5 (WCAG 1.4.3). */
export const PALE = `
(() => {
  const parse = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const part = (value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  const behind = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if ((color[3] ?? 1) > 0) return color;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll("#app *")].filter((element) => {
    const own = [...element.childNodes].some((child) =>
      child.nodeType === 3 && child.textContent.trim() !== ""
    );
    if (!own || !element.checkVisibility()) return false;
    const [front, back] = [light(parse(getComputedStyle(element).color)), light(behind(element))];
    return (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05) < 4.5;
  }).map((element) => element.outerHTML.slice(0, 100));
})()`;
