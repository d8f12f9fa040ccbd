import type { Socket } from "node:dgram";
import { describeError } from "../../internal/mod.ts";
import { type RunOutput, SendError } from "../../runner/mod.ts";
import { requireNet } from "../_permission.ts";

/** Sends payloads as datagrams. */
export function udpSender(
  hostname: string,
  port: number,
): Pick<Required<RunOutput>, "start" | "send" | "close"> {
  let opened: Socket | null = null;

  async function socket(): Promise<Socket> {
    return opened ??= await open(hostname, port);
  }

  return {
    async start() {
      try {
        await socket();
      } catch (error) {
        // A name that is not known yet may be later on; a permission won't.
        if (error instanceof NotAllowed) throw error;
      }
    },
    async send(payload) {
      try {
        const to = await socket();
        await new Promise<void>((resolve, reject) =>
          to.send(payload, (error) => error === null ? resolve() : reject(error))
        );
      } catch (error) {
        throw new SendError(`can't send to ${hostname}:${port}: ${describeError(error)}`, {
          retry: !(error instanceof NotAllowed),
          cause: error,
        });
      }
    },
    close() {
      opened?.close();
      return Promise.resolve();
    },
  };
}

class NotAllowed extends Error {}

async function open(hostname: string, port: number): Promise<Socket> {
  const [{ createSocket }, { lookup }] = await Promise.all([
    import("node:dgram"),
    import("node:dns/promises"),
  ]);
  const { address, family } = await lookup(hostname);
  const [any, to] = family === 6
    ? ["[::]:0", `[${address}]:${port}`]
    : ["0.0.0.0:0", `${address}:${port}`];
  // Deno tells of a missing permission by an error that nothing can catch.
  for (const host of [any, to]) {
    await requireNet(host).catch((error) => {
      throw new NotAllowed(describeError(error));
    });
  }
  const socket = createSocket(family === 6 ? "udp6" : "udp4");
  await new Promise<void>((resolve, reject) => {
    // Stays: an error without a listener would end the process.
    socket.on("error", reject);
    socket.connect(port, address, () => resolve());
  });
  return socket;
}
