/** What XML 1.0 has no way to say (production 2, `Char`), lone surrogates included. */
// deno-lint-ignore no-control-regex
const NO_CHAR = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};

/** Text for between tags and for attributes; what XML can't hold becomes U+FFFD. */
export function xmlText(text: string): string {
  return text.toWellFormed().replace(NO_CHAR, "\ufffd")
    .replace(/[&<>"\t\n\r]/g, (char) => ENTITIES[char]!);
}

/** An element with its attributes and, unless it is empty, what stands inside it. */
export function xmlElement(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  inside: readonly string[] = [],
): string {
  const head = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${xmlText(String(value))}"`).join("");
  if (inside.length === 0) return `<${name}${head}/>`;
  const body = inside.join("\n").split("\n").map((line) => `  ${line}`).join("\n");
  return `<${name}${head}>\n${body}\n</${name}>`;
}
