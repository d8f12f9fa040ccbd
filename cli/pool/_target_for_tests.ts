/** A server that keeps who asked, in the order of coming. */
export interface RecordingTarget extends AsyncDisposable {
  readonly url: string;
  /** What the query of each request said, in order. */
  readonly asked: readonly URLSearchParams[];
}

/** Starts it on the loopback. */
export function startRecording(): RecordingTarget {
  const asked: URLSearchParams[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    ({ url }) => {
      asked.push(new URL(url).searchParams);
      return new Response("ok");
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    asked,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** A load of requests at a rate, each of which says of which process and which arrival it is. */
export function asking(seconds: number, rate: number, options = ""): string {
  return `
    import http from "k6/http";
    import exec from "k6/execution";
    export const options = {
      scenarios: { open: {
        executor: "constant-arrival-rate", rate: ${rate}, timeUnit: "1s",
        duration: "${seconds}s", preAllocatedVUs: 8, gracefulStop: "2s",
      } },
      ${options}
    };
    globalThis.me ??= crypto.randomUUID();
    let begun = false;
    export default async () => {
      if (!begun) console.log("begun");
      begun = true;
      const { iterationInTest } = exec.scenario;
      const url = __ENV.TO + "/?me=" + globalThis.me + "&k=" + iterationInTest;
      await http.get(url, { tags: { name: "ask" } });
    };
  `;
}
