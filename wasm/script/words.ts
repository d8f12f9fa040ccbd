import { nearest } from "../../internal/mod.ts";

/** Keywords that begin a block. */
export const BLOCKS = ["SETTINGS", "ORCHESTRATOR"] as const;

/** Keywords of a `SETTINGS` block. `LENGTH` is an addition to the reference's. */
export const SETTINGS = [
  ...["SESSION", "PORT", "HEADERSIZE", "BODYMAX", "LENGTH", "READ", "REPEAT", "SAMPLERATE"],
  ...["ENDPOINTS", "SHARDS", "PACKETS", "HANDLER"],
] as const;

/** Keywords of an `ORCHESTRATOR` block. */
export const ACTIONS = ["CREATE", "CONNECT", "SEND", "FLOOD", "DRAIN", "DISCONNECT"] as const;

/** What follows an action. */
export const OPTIONS = ["OFFSET", "COPIES", "COUNTER", "TIMESTAMP"] as const;

/** Name of a setting. */
export type SettingName = typeof SETTINGS[number];
/** Name of an action. */
export type ActionName = typeof ACTIONS[number];
/** Name of an option of an action. */
export type OptionName = typeof OPTIONS[number];

const KEYWORDS: ReadonlySet<string> = new Set([...BLOCKS, ...SETTINGS, ...ACTIONS, ...OPTIONS]);

/** Whether a word has a meaning of its own, and so can't name a packet or a block. */
export function isKeyword(word: string): boolean {
  return KEYWORDS.has(word);
}

/** Whether a text is one of a list's words. */
export function isOneOf<const T extends string>(words: readonly T[], text: string): text is T {
  return (words as readonly string[]).includes(text);
}

/** A letter, then letters, digits and underscores. */
export const IDENTIFIER = /^[A-Za-z][A-Za-z0-9_]*$/;

/** Words as a choice for people: `"TCP" or "UDP"`. */
export function anyOf(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** The candidate that was most likely meant; null when none is near, or the word is no word. */
export function suggest(word: string, candidates: Iterable<string>): string | null {
  return word.length > 100 ? null : nearest(word, candidates);
}
