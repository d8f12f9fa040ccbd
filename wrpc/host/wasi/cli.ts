import { type ByteSink, type ByteSource, InputStream, OutputStream } from "./streams.ts";

/** Longest line of a component that is logged, in characters. */
const MAX_LINE = 1000;

/** `wasi:cli`: no arguments, no environment, no input; what is printed goes to `log`. */
export function cli(log: (line: string) => void) {
  const ended: ByteSource = {
    available: () => null,
    take: () => new Uint8Array(0),
    wait: () => Promise.resolve(),
  };
  const exit = (status: { tag: string }) => {
    throw new Error(`it exited with ${status.tag}`);
  };
  const output = () => new OutputStream(lines(log));
  class TerminalInput {}
  class TerminalOutput {}
  return {
    "wasi:cli/environment": {
      getEnvironment: () => [],
      getArguments: () => [],
      initialCwd: () => undefined,
    },
    "wasi:cli/exit": {
      exit,
      exitWithCode: (code: number) => exit({ tag: `code ${code}` }),
    },
    "wasi:cli/stdin": { getStdin: () => new InputStream(ended) },
    "wasi:cli/stdout": { getStdout: output },
    "wasi:cli/stderr": { getStderr: output },
    "wasi:cli/terminal-input": { TerminalInput },
    "wasi:cli/terminal-output": { TerminalOutput },
    "wasi:cli/terminal-stdin": { getTerminalStdin: () => undefined },
    "wasi:cli/terminal-stdout": { getTerminalStdout: () => undefined },
    "wasi:cli/terminal-stderr": { getTerminalStderr: () => undefined },
  };
}

/** Says lines as they are complete, each cut to a length. */
function lines(log: (line: string) => void): ByteSink {
  const decoder = new TextDecoder();
  let rest = "";
  return {
    room: () => MAX_LINE * 4,
    write(bytes) {
      const parts = (rest + decoder.decode(bytes, { stream: true })).split("\n");
      rest = parts.pop()!.slice(0, MAX_LINE);
      for (const line of parts) log(line.slice(0, MAX_LINE));
    },
    wait: () => Promise.resolve(),
  };
}
