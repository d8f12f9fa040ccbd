/** What an inspector answers or tells, by Chrome's DevTools protocol. */
type Message = Readonly<Record<string, unknown>>;

interface Incoming {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Message;
  readonly result?: Message;
  readonly error?: { readonly message: string };
}

/** A debugger's end of an inspector. */
export interface Inspector extends AsyncDisposable {
  /** Calls a method. */
  call(method: string, params?: Message): Promise<Message>;
  /** The next event of a kind that `fits`, those that came before this call included, each once. */
  event(method: string, fits?: (params: Message) => boolean): Promise<Message>;
}

/** Connects to an inspector. */
export async function connectInspector(url: string): Promise<Inspector> {
  const socket = new WebSocket(url);
  const answers = new Map<number, PromiseWithResolvers<Message>>();
  const events: { method: string; params: Message }[] = [];
  let arrived = Promise.withResolvers<void>();
  socket.onmessage = ({ data }) => {
    const { id, method, params = {}, result = {}, error }: Incoming = JSON.parse(data);
    if (method !== undefined) {
      events.push({ method, params });
      arrived.resolve();
      arrived = Promise.withResolvers();
    } else if (error !== undefined) answers.get(id!)?.reject(new Error(error.message));
    else answers.get(id!)?.resolve(result);
  };
  const closed = new Promise((resolve) => socket.onclose = resolve);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error(`can't connect to ${url}`));
  });
  let calls = 0;
  return {
    call(method, params = {}) {
      const id = ++calls;
      const answer = Promise.withResolvers<Message>();
      answers.set(id, answer);
      socket.send(JSON.stringify({ id, method, params }));
      return answer.promise;
    },
    async event(wanted, fits = () => true) {
      for (;;) {
        const at = events.findIndex(({ method, params }) => method === wanted && fits(params));
        if (at >= 0) return events.splice(at, 1)[0]!.params;
        await arrived.promise;
      }
    },
    async [Symbol.asyncDispose]() {
      socket.onerror = null;
      if (socket.readyState !== WebSocket.CLOSED) socket.close();
      await closed;
    },
  };
}
