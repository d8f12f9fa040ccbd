/** One line of InfluxDB's line protocol, read. */
export interface ReadLine {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
  readonly time: string;
}

/**
 * Reads lines as InfluxDB does: a backslash before a comma, equals sign or space takes their
 * meaning from them and any other is itself; fields keep their quotes.
 */
export function readLines(text: string): ReadLine[] {
  if (!text.endsWith("\n")) throw new Error("the last line does not end");
  return text.slice(0, -1).split("\n").map(readLine);
}

function readLine(line: string): ReadLine {
  let at = 0;
  const measurement = until(", ");
  const tags: Record<string, string> = {};
  while (line[at] === ",") {
    at++;
    const [key, value] = pair(", ");
    if (value === "") throw new Error(`an empty tag: ${line}`);
    if (key in tags) throw new Error(`a tag twice: ${line}`);
    tags[key] = value;
  }
  const fields: Record<string, string> = {};
  do {
    at++;
    const key = until("=");
    at++;
    fields[key] = line[at] === '"' ? quoted() : until(", ");
  } while (line[at] === ",");
  const time = line.slice(at + 1);
  if (!/^\d{1,19}$/.test(time)) throw new Error(`no time: ${line}`);
  return { measurement, tags, fields, time };

  function pair(end: string): [string, string] {
    const key = until("=");
    at++;
    return [key, until(end)];
  }

  function until(ends: string): string {
    let text = "";
    for (;; at++) {
      if (at >= line.length) throw new Error(`it ends early: ${line}`);
      if (ends.includes(line[at]!)) break;
      if (line[at] === "\\" && ", =".includes(line[at + 1]!)) at++;
      text += line[at];
    }
    if (text === "" && ends.includes("=")) throw new Error(`an empty key: ${line}`);
    return text;
  }

  function quoted(): string {
    const start = at++;
    while (line[at] !== '"') {
      if (at >= line.length) throw new Error(`a quote does not end: ${line}`);
      at += line[at] === "\\" ? 2 : 1;
    }
    return line.slice(start, ++at);
  }
}
