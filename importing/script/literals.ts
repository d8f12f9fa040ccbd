/** Characters that never stand in a script as they are: controls, marks without a shape, halves of pairs. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * A string literal that reads back as exactly `text`, in the quotes that need fewer escapes. Nothing
 * of the text can end it: quotes, line ends, U+2028, or a closing script tag where a page has it.
 */
export function stringLiteral(text: string): string {
  const quote = count(text, '"') > count(text, "'") ? "'" : '"';
  return `${quote}${escaped(text).replaceAll(quote, `\\${quote}`)}${quote}`;
}

/** Text for between backticks: without backticks and `${`. */
export function templateText(text: string): string {
  return escaped(text).replaceAll("`", "\\`").replaceAll("${", "\\${");
}

/** Text as part of a `//` comment: one line, with nothing in it that a reader can't see. */
export function commentText(text: string, most = 160): string {
  const line = text.replace(UNSEEN, " ").replace(/<(?=\/script|!--)/gi, "< ")
    .replace(/\s+/g, " ").trim();
  return line.length <= most ? line : `${[...line].slice(0, most - 1).join("")}…`;
}

/** A property's name: as it is where that is allowed, else quoted; `__proto__` in brackets. */
export function propertyName(name: string): string {
  // Written plainly it would set the prototype.
  if (name === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : stringLiteral(name);
}

function escaped(text: string): string {
  return text
    .replaceAll("\\", "\\\\")
    .replace(UNSEEN, (char) => SHORT[char] ?? unicodeEscape(char))
    .replace(/<(?=\/script|!--)/gi, "\\u003c");
}

function unicodeEscape(char: string): string {
  let text = "";
  for (let i = 0; i < char.length; i++) {
    text += `\\u${char.charCodeAt(i).toString(16).padStart(4, "0")}`;
  }
  return text;
}

function count(text: string, char: string): number {
  return text.split(char).length - 1;
}
