import { lineAndColumn, tooLarge } from "../document.ts";
import { ImportError } from "../errors.ts";
import { LIMITS } from "../limits.ts";

/** A variable of the shell within a word. */
export interface ShellVariable {
  readonly variable: string;
}

/** A word of a command, quotes resolved. */
export type Word = readonly (string | ShellVariable)[];

/** A simple command of a shell. */
export interface ShellCommand {
  readonly words: readonly Word[];
  /** 1-based line that it begins in. */
  readonly line: number;
  /** Whether it reads what the one before it writes. */
  readonly piped: boolean;
  /** The comment above it; "" for none. */
  readonly comment: string;
}

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ a: "\x07", b: "\b", e: "\x1b", E: "\x1b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" },
  ...{ "\\": "\\", "'": "'", '"': '"', "?": "?" },
};

/**
 * Splits text as a POSIX shell does, with the quotes `$'…'` of bash: commands end with a line, `;`,
 * `&` or `|`; redirections are passed over.
 *
 * @throws {ImportError} for quotes that don't end
 */
export function shellCommands(file: string, text: string): ShellCommand[] {
  const commands: ShellCommand[] = [];
  let words: Word[] = [];
  let word: (string | ShellVariable)[] | null = null;
  let began = 0;
  let comment = "";
  let skipNext = false;
  let piped = false;
  let at = 0;
  const add = (part: string | ShellVariable) => (word ??= []).push(part);
  const endWord = () => {
    if (word === null) return;
    if (skipNext) skipNext = false;
    else words.push(word);
    word = null;
  };
  const endCommand = () => {
    endWord();
    if (words.length > 0) {
      if (commands.length >= LIMITS.requests) {
        throw tooLarge(file, `has over ${LIMITS.requests} commands`, "fewer commands");
      }
      commands.push({ words, line: lineOf(text, began), piped, comment });
      comment = "";
    }
    words = [];
    skipNext = false;
  };
  const fault = (what: string) =>
    new ImportError("import_invalid", file, {
      place: lineAndColumn(text, at),
      problem: `begins ${what} that doesn't end`,
      expected: "a curl command for a POSIX shell",
    });
  while (at < text.length) {
    const char = text[at]!;
    if (words.length === 0 && word === null) began = at;
    if (char === "\\") {
      const crlf = text.startsWith("\r\n", at + 1);
      if (crlf || text[at + 1] === "\n") at += crlf ? 3 : 2;
      else {
        add(text[at + 1] ?? "");
        at += 2;
      }
    } else if (char === "'") {
      const end = text.indexOf("'", at + 1);
      if (end < 0) throw fault("a quote");
      add(text.slice(at + 1, end));
      at = end + 1;
    } else if (char === "$" && text[at + 1] === "'") {
      const end = endOfAnsi(text, at + 2);
      if (end < 0) throw fault("a quote");
      add(ansiText(text.slice(at + 2, end)));
      at = end + 1;
    } else if (char === '"') {
      const end = readDouble(text, at + 1, add);
      if (end < 0) throw fault("a quote");
      at = end;
    } else if (char === "$") {
      at = readVariable(text, at, add);
    } else if (char === "#" && word === null) {
      const end = endOfLine(text, at);
      if (words.length === 0) comment = text.slice(at + 1, end).trim();
      at = end;
    } else if (char === "\n" || char === ";" || char === "|" || char === "&") {
      if (char === "\n" && words.length === 0 && word === null && text[at - 1] === "\n") {
        comment = "";
      }
      endCommand();
      if (char !== "\n") piped = char === "|" && text[at + 1] !== "|" && text[at - 1] !== "|";
      else if (!piped || text[at - 1] !== "|") piped = false;
      at++;
    } else if (char === ">" || char === "<") {
      // A number right before it is a descriptor.
      const descriptor: unknown = word;
      if (Array.isArray(descriptor) && /^\d+$/.test(descriptor.join(""))) word = null;
      endWord();
      while (/[<>&]/.test(text[at] ?? "")) at++;
      skipNext = true;
    } else if (/\s/.test(char)) {
      endWord();
      at++;
    } else {
      add(char);
      at++;
    }
  }
  endCommand();
  return commands.map((command) => ({ ...command, words: command.words.map(joined) }));
}

/** Reads up to the closing quote; the place behind it, -1 without one. */
function readDouble(
  text: string,
  start: number,
  add: (part: string | ShellVariable) => void,
): number {
  add("");
  for (let at = start; at < text.length;) {
    const char = text[at]!;
    if (char === '"') return at + 1;
    if (char === "$") at = readVariable(text, at, add);
    else if (char === "\\" && /[$`"\\\n]/.test(text[at + 1] ?? "")) {
      add(text[at + 1] === "\n" ? "" : text[at + 1]!);
      at += 2;
    } else {
      add(char);
      at++;
    }
  }
  return -1;
}

/** `$NAME` or `${NAME}`; other dollars stand for themselves. The place behind it. */
function readVariable(
  text: string,
  at: number,
  add: (part: string | ShellVariable) => void,
): number {
  const pattern = /\$(?:([A-Za-z_]\w{0,100})|\{([A-Za-z_]\w{0,100})\})/y;
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  if (found === null) {
    add("$");
    return at + 1;
  }
  add({ variable: (found[1] ?? found[2])! });
  return at + found[0].length;
}

function endOfAnsi(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "'") return at;
  }
  return -1;
}

function ansiText(text: string): string {
  return text.replace(
    /\\(?:x([0-9a-f]{1,2})|u([0-9a-f]{1,4})|U([0-9a-f]{1,8})|([0-7]{1,3})|([^]))/gi,
    (whole, hex?: string, short?: string, long?: string, octal?: string, char?: string) => {
      const digits = hex ?? short ?? long;
      if (digits !== undefined || octal !== undefined) {
        const code = octal === undefined ? parseInt(digits!, 16) : parseInt(octal, 8) & 255;
        return code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
      }
      return ESCAPES[char!] ?? whole;
    },
  );
}

function joined(word: Word): Word {
  const parts: (string | ShellVariable)[] = [];
  for (const part of word) {
    const last = parts.at(-1);
    if (typeof part === "string" && typeof last === "string") parts[parts.length - 1] = last + part;
    else parts.push(part);
  }
  return parts.length > 1 ? parts.filter((part) => part !== "") : parts;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}
