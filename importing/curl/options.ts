/** Short names of curl's options that matter here. */
const SHORT: Readonly<Record<string, string>> = {
  A: "user-agent",
  b: "cookie",
  d: "data",
  e: "referer",
  E: "cert",
  F: "form",
  G: "get",
  H: "header",
  I: "head",
  k: "insecure",
  K: "config",
  L: "location",
  m: "max-time",
  T: "upload-file",
  u: "user",
  x: "proxy",
  X: "request",
  ":": "next",
};

/** Short options with a value that have no part in a script. */
const SHORT_WITH_VALUE = "cCDhoPQrtUwyYz";

/** Long options with a value. */
const WITH_VALUE = new Set(
  ("abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config " +
    "connect-timeout connect-to continue-at cookie cookie-jar create-file-mode crlfile curves data " +
    "data-ascii data-binary data-raw data-urlencode delegation dns-interface dns-ipv4-addr " +
    "dns-ipv6-addr dns-servers doh-url dump-header ech engine etag-compare etag-save " +
    "expect100-timeout form form-string happy-eyeballs-timeout-ms haproxy-clientip header hsts " +
    "interface ip-tos ipfs-gateway json keepalive-cnt keepalive-time key key-type libcurl " +
    "limit-rate local-port login-options max-filesize max-redirs max-time netrc-file noproxy " +
    "oauth2-bearer output output-dir parallel-max pass pinnedpubkey preproxy proto proto-default " +
    "proto-redir proxy proxy-cacert proxy-cert proxy-header proxy-key proxy-user quote range rate " +
    "referer request request-target resolve retry retry-delay retry-max-time socks4 socks4a socks5 " +
    "socks5-hostname speed-limit speed-time stderr time-cond tls-max tls13-ciphers trace " +
    "trace-ascii trace-config unix-socket upload-file url url-query user user-agent variable " +
    "write-out").split(" "),
);

/** An option as it was given; operands are `url`. */
export interface CurlOption<T> {
  readonly name: string;
  /** Null for an option without a value. */
  readonly value: T | null;
}

/**
 * Takes the words behind `curl` apart, as curl does: `-sSXPOST`, `--data=…` is not one of its forms.
 *
 * @param textOf a word as text
 * @param cut a word without its first characters
 */
export function curlOptions<T>(
  words: readonly T[],
  textOf: (word: T) => string,
  cut: (word: T, start: number) => T,
): CurlOption<T>[] {
  const options: CurlOption<T>[] = [];
  let plain = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const text = textOf(word);
    if (plain || !text.startsWith("-") || text === "-") {
      options.push({ name: "url", value: word });
    } else if (text === "--") {
      plain = true;
    } else if (text.startsWith("--")) {
      const name = text.slice(2);
      options.push({ name, value: WITH_VALUE.has(name) ? words[++i] ?? null : null });
    } else {
      for (let at = 1; at < text.length; at++) {
        const letter = text[at]!;
        const name = SHORT[letter] ?? `-${letter}`;
        const takes = WITH_VALUE.has(name) || SHORT_WITH_VALUE.includes(letter);
        if (!takes) {
          options.push({ name, value: null });
          continue;
        }
        const value = at + 1 < text.length ? cut(word, at + 1) : words[++i] ?? null;
        options.push({ name, value });
        break;
      }
    }
  }
  return options;
}

/** Options that say how curl shows and stores things, which no script needs. */
export const SILENT: ReadonlySet<string> = new Set(
  ("-s -S -v -i -f -o -O -w -D -c -# -N -j -J -q -R -g -0 -1 -4 -6 -h -V silent show-error " +
    "verbose include fail fail-with-body output remote-name write-out dump-header cookie-jar " +
    "progress-bar compressed location location-trusted no-buffer globoff http1.0 http1.1 http2 " +
    "http2-prior-knowledge ipv4 ipv6 no-progress-meter create-dirs output-dir trace trace-ascii " +
    "trace-time stderr keepalive-time no-keepalive tcp-nodelay parallel parallel-max styled-output " +
    "tr-encoding path-as-is basic next url anyauth post301 post302 post303 no-styled-output " +
    "disable remote-header-name remote-time tlsv1 tlsv1.2 tlsv1.3 http3").split(" "),
);
