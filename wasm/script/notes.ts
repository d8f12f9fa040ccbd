import type { Action, Range, StressPlan } from "../plan.ts";
import { actionText } from "./print.ts";
import { common, merge, rangesText, without } from "./ranges.ts";

/**
 * What a plan does that its author may not have meant, or that it says nothing of: sessions that
 * never connect, packets that wait or go nowhere, how it ends. None of it is an error.
 */
export function planNotes({ settings, packets, handler, actions }: StressPlan): string[] {
  const all = actions.flatMap((a) => a.kind === "create" ? [{ from: 0, to: a.sessions }] : []);
  const ends = [...rangesOf(actions, "drain"), ...rangesOf(actions, "disconnect")];
  const sent = new Set(actions.flatMap((a) => a.kind === "send" ? [a.payload.packet] : []));
  const unsent = Object.keys(packets).filter((name) => !sent.has(name));
  return [
    ...note(
      rangesText(without(all, rangesOf(actions, "connect"))),
      (text) => `sessions ${text} never connect`,
    ),
    ...earlyNote(actions),
    ...note(
      rangesText(without(rangesOf(actions, "flood"), rangesOf(actions, "send"))),
      (text) => `sessions ${text} flood, and no packet is for them`,
    ),
    ...note(unsent.slice(0, 10).join(", "), (text) => `nobody sends ${text}`),
    ...note(
      settings.read ? "" : handler ?? "",
      (text) => `${text} gets nothing to answer, as nothing is read`,
    ),
    ...note(
      rangesText(without(all, ends)),
      (text) => `sessions ${text} drain behind the last action, and then the load ends`,
    ),
  ];
}

function note(text: string, say: (text: string) => string): string[] {
  return text === "" ? [] : [say(text)];
}

function rangesOf(actions: readonly Action[], kind: Action["kind"]): Range[] {
  return actions.flatMap((a) => a.kind === kind && a.kind !== "create" ? [a.range] : []);
}

/** Says of the first `SEND` to sessions that are connected by a later action. */
function earlyNote(actions: readonly Action[]): string[] {
  const connects = merge(rangesOf(actions, "connect"));
  let connected: Range[] = [];
  for (const action of actions) {
    if (action.kind === "connect") connected = merge([...connected, action.range]);
    if (action.kind !== "send") continue;
    const waiting = rangesText(common(without([action.range], connected), connects));
    if (waiting === "") continue;
    return [`${actionText(action)} waits for sessions ${waiting} to connect`];
  }
  return [];
}
