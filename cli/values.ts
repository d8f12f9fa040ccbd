import { OptionError, parseDurationMs } from "../internal/mod.ts";

/** A whole number of at least `least`, as a flag's text. @throws {OptionError} */
export function wholeNumber(option: string, text: string, least: number): number {
  const value = /^\d{1,15}$/.test(text.trim()) ? Number(text) : NaN;
  if (Number.isNaN(value) || value < least) {
    throw new OptionError(
      option,
      `${option} is not a whole number of at least ${least}: "${text}"`,
    );
  }
  return value;
}

/** A number that is not negative, as a flag's text: `0.5`, `2000`. @throws {OptionError} */
export function notNegative(option: string, text: string): number {
  if (/^\d{1,15}(\.\d{1,9})?$/.test(text.trim())) return Number(text);
  throw new OptionError(option, `${option} is not a number of at least 0: "${text}"`);
}

/** A duration above zero, in milliseconds. @throws {OptionError} */
export function durationMs(option: string, text: string): number {
  const ms = parseDurationMs(text, option);
  if (ms <= 0) throw new OptionError(option, `${option} must be longer than nothing: "${text}"`);
  return ms;
}

/** `HOST:PORT` to listen at, an IPv6 address in brackets. @throws {OptionError} */
export function hostAndPort(option: string, text: string): { hostname: string; port: number } {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? [];
  const hostname = bracketed ?? plain;
  const port = Number(digits);
  if (hostname === undefined || hostname === "" || !(port <= 65535)) {
    throw new OptionError(option, `${option} is no HOST:PORT, as in 127.0.0.1:8081: "${text}"`);
  }
  return { hostname, port };
}

/** `KEY=VALUE` flags as an object; a later one of the same key wins. @throws {OptionError} */
export function keyValues(option: string, texts: readonly string[]): Record<string, string> {
  const entries = texts.map((text): [string, string] => {
    const cut = text.indexOf("=");
    if (cut < 1) throw new OptionError(option, `${option} is not KEY=VALUE: "${text}"`);
    return [text.slice(0, cut), text.slice(cut + 1)];
  });
  return Object.fromEntries(entries);
}

/** `Name: value` flags as an object, repeated names joined with a comma. @throws {OptionError} */
export function headerLines(option: string, texts: readonly string[]): Record<string, string> {
  const headers = new Map<string, [name: string, value: string]>();
  for (const text of texts) {
    const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/s.exec(text) ?? [];
    if (name === undefined || value === undefined || /[\0\r\n]/.test(value)) {
      throw new OptionError(
        option,
        `${option} is not a header like 'Name: value': ${JSON.stringify(text)}`,
      );
    }
    const before = headers.get(name.toLowerCase());
    headers.set(name.toLowerCase(), [
      name,
      before === undefined ? value : `${before[1]}, ${value}`,
    ]);
  }
  return Object.fromEntries(headers.values());
}

/** `TIME:N` flags as k6's stages. @throws {OptionError} */
export function stageList(
  option: string,
  texts: readonly string[],
): { duration: string; target: number }[] {
  return texts.map((text) => {
    const cut = text.lastIndexOf(":");
    const duration = text.slice(0, Math.max(0, cut));
    const target = text.slice(cut + 1);
    if (cut < 1 || !/^\d{1,15}$/.test(target)) {
      throw new OptionError(option, `${option} is not TIME:VUS, such as 30s:50: "${text}"`);
    }
    parseDurationMs(duration, option);
    return { duration, target: Number(target) };
  });
}

/** A comma-separated list without empty items. @throws {OptionError} */
export function commaList(option: string, text: string): string[] {
  const items = text.split(",").map((item) => item.trim());
  if (items.some((item) => item === "")) {
    throw new OptionError(option, `${option} is not a list like a,b: "${text}"`);
  }
  return items;
}

/** A word that is one of a few. @throws {OptionError} */
export function oneOf<T extends string>(option: string, text: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === text);
  if (found === undefined) {
    throw new OptionError(option, `${option} is not one of ${choices.join(", ")}: "${text}"`);
  }
  return found;
}
