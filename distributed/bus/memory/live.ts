import { PoolError } from "../../errors.ts";
import type { Live } from "../bus.ts";
import { checkName, checkPattern, checkSize, matches } from "../subjects.ts";
import type { BusTimes, MakeCall } from "./calls.ts";
import { closedError, type MemoryConnection } from "./connection.ts";
import type { Listener, Servers } from "./shared.ts";

const NO_REPLY = () => {};
/** How long a request waits until it is sent again when nobody listened, milliseconds. */
const PAUSE_MS = 50;

/** What is said now, by way of servers in memory. */
export function memoryLive(
  servers: Servers,
  connection: MemoryConnection,
  make: MakeCall,
  times: BusTimes,
): Live {
  const { time, listeners } = servers;
  /** Whether somebody listens. */
  const publish = (subject: string, bytes: Uint8Array, reply: (answer: Uint8Array) => void) => {
    const found = [...listeners].filter((listener) => matches(listener.subject, subject));
    for (const { connection, deliver } of found) {
      connection.down(() => deliver(bytes, subject, reply));
    }
    return found.length > 0;
  };

  return {
    send(subject, given) {
      checkName("subject", subject);
      checkSize(subject, given, servers.maxBytes);
      if (connection.closed) throw closedError(`send ${subject}`);
      if (!connection.connected) return;
      const bytes = given.slice();
      connection.up(() => void publish(subject, bytes, NO_REPLY), true);
    },
    async request(subject, given, timeoutMs) {
      checkName("subject", subject);
      checkSize(subject, given, servers.maxBytes);
      if (connection.closed) throw closedError(`request ${subject}`);
      const bytes = given.slice();
      const over = new AbortController();
      let answer: Uint8Array | null = null;
      const reply = (given: Uint8Array) =>
        connection.down(() => {
          answer ??= given;
          over.abort();
        });
      const unclose = connection.whenClosed(() => over.abort());
      const sendLater = async () => {
        await time.sleep(PAUSE_MS, over.signal);
        if (!over.signal.aborted) send();
      };
      const send = () =>
        connection.up(() => {
          if (!publish(subject, bytes, reply)) connection.down(() => void sendLater());
        });
      const unwatch = connection.connected ? null : connection.watch((on) => void (on && send()));
      if (connection.connected) send();
      await time.sleep(timeoutMs, over.signal);
      over.abort();
      unclose();
      unwatch?.();
      if (answer !== null) return answer;
      if (connection.closed) throw closedError(`request ${subject}`);
      throw new PoolError("bus_missing", `nobody answers ${subject} within ${timeoutMs} ms`);
    },
    async handle(subject, on, signal) {
      checkPattern("subject", subject);
      const listener: Listener = {
        subject,
        connection,
        deliver(bytes, at, reply) {
          if (signal.aborted) return;
          void answerOf(() => on(bytes.slice(), at)).then((answer) => {
            if (answer === null) return;
            const copy = answer.slice();
            connection.up(() => reply(copy));
          });
        },
      };
      signal.addEventListener("abort", () => void listeners.delete(listener), { once: true });
      await make({ what: `listen to ${subject}`, ...times, signal }, () => {
        if (!signal.aborted) listeners.add(listener);
      });
    },
  };
}

/** What a handler answers; nothing when it fails: who asked sees that in its own time. */
async function answerOf(
  on: () => Uint8Array | void | Promise<Uint8Array | void>,
): Promise<Uint8Array | null> {
  try {
    return (await on()) ?? null;
  } catch {
    return null;
  }
}
