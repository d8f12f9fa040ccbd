import { type Command, Option } from "commander";
import {
  generalOptions,
  type LoadFlags,
  loadOptions,
  outputOptions,
  processOptions,
  repeated,
} from "./options.ts";

/** Flags of `downpour URL`. */
export interface QuickFlags extends LoadFlags {
  requests?: string;
  rate?: string;
  ramp?: string;
  urls?: string;
  random?: boolean;
  method?: string;
  header: readonly string[];
  body?: string;
  bodyFile?: string;
  timeout?: string;
  follow?: boolean;
  basic?: string;
  digest?: string;
  bearer?: string;
  http2?: boolean;
  insecure?: boolean;
  unix?: string;
  keepalive?: boolean;
  threshold?: readonly string[];
}

/** The options of `downpour URL`. */
export function quickOptions(command: Command): Command {
  loadOptions(command, { vus: "[10]", duration: "[10s]" })
    .option("-n, --requests <n>", "requests in all: as --iterations")
    .option("--rate <n>", "start n requests a second (or 30/m), whatever the answers (open model)")
    .option("--ramp <time>", "rise to the full load first, over this time [at once]")
    .addOption(
      repeated("--threshold <metric=rule>", "as in 'http_req_duration=p(99)<50'; repeatable"),
    )
    .optionsGroup("Request:")
    .option("-X, --method <method>", "HTTP method [GET, or POST with a body]")
    .addOption(
      repeated("-H, --header <line>", "header, as in 'Accept: text/html', or @FILE of such"),
    )
    .option("-b, --body <text>", "request body: text, @FILE, or - for standard input")
    .option("--body-file <file>", "request body: a file, as it is")
    .option("--urls <file>", "URLs, one a line, in turn; - for standard input")
    .option("--random", "take them at random")
    .option("--timeout <time>", "longest wait for one response [60s]")
    .option("--follow", "follow redirects, up to 10")
    .addOption(new Option("--no-follow", "don't, as it is anyway").hideHelp())
    .option("--basic <source>", "USER:PASSWORD from env=NAME or file=PATH")
    .option("--digest <source>", "the same, sent as an answer to a challenge")
    .option("--bearer <source>", "a token from env=NAME or file=PATH")
    .optionsGroup("Connections:")
    .option("--http2", "HTTP/2 alone: by ALPN for https:, at once for http:")
    .option("-k, --insecure", "take any certificate")
    .option("--unix <path>", "connect to this Unix socket, whatever the URL's host")
    .option("--no-keepalive", "a connection for each request");
  return generalOptions(processOptions(outputOptions(command)));
}
