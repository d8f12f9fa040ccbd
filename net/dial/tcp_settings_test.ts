import assert from "node:assert/strict";
import { Socket } from "node:net";
import { connectPair } from "../_sockets_for_tests.ts";
import type { TcpOptions } from "../tcp_options.ts";
import { replaceConnect } from "./_dial_for_tests.ts";

/** Notes what is set on a connection: it can't be read back. */
function note<C extends Pick<Deno.TcpConn, "setNoDelay" | "setKeepAlive">>(conn: C, set: string[]) {
  const { setNoDelay, setKeepAlive } = conn;
  return Object.assign(conn, {
    setNoDelay(on?: boolean) {
      set.push(`noDelay ${on}`);
      return setNoDelay.call(this, on);
    },
    setKeepAlive(on?: boolean) {
      set.push(`keepAlive ${on}`);
      return setKeepAlive.call(this, on);
    },
  });
}

/** Notes it on all connections that are made while the result lives. */
const noting = {
  deno(set: string[]): Disposable {
    const connect = Deno.connect;
    return replaceConnect(async (options) => note(await connect(options), set));
  },
  node(set: string[]): Disposable {
    const { setNoDelay, setKeepAlive } = Socket.prototype;
    note(Socket.prototype, set);
    return {
      [Symbol.dispose]: () => void Object.assign(Socket.prototype, { setNoDelay, setKeepAlive }),
    };
  },
};

for (
  const [what, notes, from] of [
    ["", noting.deno, {}],
    [" from a localAddress", noting.node, { localAddress: "127.0.0.1" }],
  ] as const
) {
  Deno.test(`a TCP connection${what} has noDelay unless told not to, keepAlive if told`, async () => {
    const cases: [TcpOptions, string[]][] = [
      [{}, ["noDelay true"]],
      [{ noDelay: true, keepAlive: true }, ["noDelay true", "keepAlive true"]],
      [{ noDelay: false, keepAlive: false }, []], // The system has both off.
      [{ noDelay: false, keepAlive: true }, ["keepAlive true"]],
    ];
    for (const [options, expected] of cases) {
      const set: string[] = [];
      using _ = notes(set);
      await using _pair = await connectPair({ ...options, ...from });
      assert.deepEqual(set, expected, JSON.stringify(options));
    }
  });
}
