import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { isNetError } from "../_sockets_for_tests.ts";
import { type Proxy, type ProxyOption, type ProxyOptions, readProxy } from "./options.ts";

const TARGET = { host: "example.org", port: 443 };
const read = (option: ProxyOption) => readProxy(option, TARGET);
const brief = ({ kind, address, remoteNames }: Proxy) =>
  `${kind} ${address.host} ${address.port} ${remoteNames}`;

Deno.test("texts say how to reach a proxy, and who resolves names", () => {
  const forms: [string, string][] = [
    ["myproxy:3030", "http myproxy 3030 true"],
    ["192.0.2.1:80", "http 192.0.2.1 80 true"],
    ["[::1]:8080", "http ::1 8080 true"],
    ["http://myproxy", "http myproxy 80 true"],
    ["http://myproxy:80/", "http myproxy 80 true"],
    ["HTTP://MyProxy:3128", "http myproxy 3128 true"],
    ["http://[2001:db8::1]", "http 2001:db8::1 80 true"],
    ["https://myproxy", "https myproxy 443 true"],
    ["https://user:pass@myproxy:8443/", "https myproxy 8443 true"],
    ["socks5://myproxy", "socks5 myproxy 1080 false"],
    ["socks5://myproxy:80", "socks5 myproxy 80 false"],
    ["socks5://user:pass@[::1]:9", "socks5 ::1 9 false"],
    ["socks5h://127.0.0.1:9050", "socks5 127.0.0.1 9050 true"],
    ["Socks5h://my_proxy", "socks5 my_proxy 1080 true"],
  ];
  for (const [text, expected] of forms) {
    assert.equal(brief(read(text)!), expected, text);
    assert.equal(brief(read({ url: text })!), expected, text);
  }
});

Deno.test("no proxy is an empty text, null or undefined", () => {
  for (const none of ["", null, undefined]) assert.equal(readProxy(none, TARGET), null);
});

Deno.test("credentials are percent-decoded, and may stand beside the URL", () => {
  const basic = (option: ProxyOption) => read(option)!.credentials?.basic();
  const expected = `Basic ${btoa("a b:p@s/s:%")}`;
  assert.equal(basic("http://a%20b:p%40s%2fs%3A%25@h"), expected);
  assert.equal(basic({ url: "h:80", username: "a b", password: "p@s/s:%" }), expected);
  assert.equal(basic("http://token@h"), `Basic ${btoa("token:")}`);
  assert.equal(basic("http://:pass@h"), `Basic ${btoa(":pass")}`);
  assert.equal(basic({ url: "h:80", username: "token" }), `Basic ${btoa("token:")}`);
  assert.equal(basic("http://@h"), undefined);
});

Deno.test("a proxy that can't be used is refused with the reason", () => {
  const wrong: [ProxyOption, RegExp][] = [
    ["myproxy", /^proxy "myproxy" is invalid: the port is missing, write host:port$/],
    ["my proxy:80", /white space/],
    ["http://h:80\n", /white space or a control character$/],
    ["::1:80", /\[::1:80\]:port$/],
    ["h:0", /the port must be 1 to 65535, not "0"$/],
    ["http://h:0", /the port must be 1 to 65535/],
    ["http://h:65536", /write scheme:\/\//],
    ["http://", /write scheme:\/\//],
    ["socks5://", /the host is missing/],
    ["socks5://a%ff:80", /percent-encoded UTF-8$/],
    ["socks5://1.2.3:80", /not an IPv4 address$/],
    ["socks4://h", /must be http, https, socks5, socks5h, not socks4$/],
    ["http://h/path", /no path, query or fragment$/],
    ["http://h?q", /no path, query or fragment$/],
    ["http://h#f", /no path, query or fragment$/],
    ["http://a%zz@h", /percent-encoded UTF-8$/],
    ["socks5://user@h", /proxy.password must be 1 to 255 bytes for a SOCKS5 proxy, not 0$/],
    [`socks5://${"é".repeat(128)}:p@h`, /proxy.username must be 1 to 255 bytes .* not 256$/],
    ["http://a%3Ab:c@h", /can't have a colon in Basic$/],
    ["http://a:b%0d%0aX:%20y@h", /proxy.password can't have control characters/],
    [{ url: "" }, /port is missing/],
    [{ url: "h:80", password: "p" }, /proxy.password goes with proxy.username$/],
    [{ url: "http://a@h", username: "b" }, /give them once$/],
    [{ url: "http://h", tls: {} }, /proxy.tls is for https proxies, this one is http$/],
    [{ url: "https://h", tls: { alpn: "h2" as unknown as string[] } }, /alpn/],
    [{ url: "socks5://h", headers: { a: "b" } }, /proxy.headers is for HTTP proxies/],
    [{ url: "h:80", usrname: "x" } as ProxyOptions, /no option usrname: did you mean username$/],
    [{ url: 5 } as unknown as ProxyOptions, /proxy.url must be text, not number$/],
    [{ url: "h:80", username: null } as unknown as ProxyOptions, /must be text, not null$/],
    [["h:80"] as unknown as ProxyOptions, /must be text or an object of options$/],
    [5 as unknown as string, /must be text or an object of options$/],
  ];
  for (const [option, message] of wrong) {
    assert.throws(() => read(option), (error) => {
      assert.ok(error instanceof OptionError, `${JSON.stringify(option)}: ${error}`);
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("headers that could change the request are refused, without their values", () => {
  const wrong: [string, string, RegExp][] = [
    ["A", "secret\r\nX: y", /line break/],
    ["A", "secret\0", /control character/],
    ["A", "secret€", /above U\+00FF/],
    ["A B", "secret", /"A B" is not a header name/],
    ["", "secret", /not a header name/],
    ["Ü", "secret", /not a header name/],
    ["HOST", "secret", /set by the request itself/],
    ["Content-Length", "secret", /set by the request itself/],
    ["transfer-encoding", "secret", /set by the request itself/],
    ["proxy-authorization", "secret", /give one of them/],
    ["A", 5 as unknown as string, /must be text, not number/],
  ];
  for (const [name, value, message] of wrong) {
    assert.throws(() => read({ url: "http://u:p@h", headers: { [name]: value } }), (error) => {
      assert.ok(error instanceof OptionError);
      assert.match(error.message, message);
      assert.ok(!error.message.includes("secret"));
      return true;
    });
  }
  const listed = new Headers({ a: "b" }) as unknown as Record<string, string>;
  assert.throws(() => read({ url: "h:80", headers: listed }), /must be an object of names/);
  const own = read({ url: "h:80", headers: { "Proxy-Authorization": "Bearer x" } });
  assert.deepEqual(own?.headers, [["Proxy-Authorization", "Bearer x"]]);
});

Deno.test("what was checked is what is sent, whatever happens to the options", () => {
  const headers: Record<string, string> = { a: "b" };
  const proxy = read({ url: "h:80", headers })!;
  headers["a"] = "b\r\nX: y";
  assert.deepEqual(proxy.headers, [["a", "b"]]);
});

Deno.test("neither errors nor the proxy itself show credentials", () => {
  const secret = "hunter2";
  const texts = [
    `user:${secret}@h:80`,
    `http://user:${secret}@h:99999`,
    `http://user:${secret}@`,
    `http://user:${secret}@h/path`,
    `http://user:pa/${secret}@h:80`,
    `http://user:pa?${secret}@h:80`,
    `http://user:pa#${secret}@h:80`,
    `http://user:pa@${secret}@h/x`,
    `http://user:1/${secret}@h:80`,
    `http://user:pa\n${secret}@h:80`,
    `http://user:${secret}%zz@h:80`,
    `http://us%3Aer:${secret}@h`,
    `http://user:${secret}%0a@h`,
    `ftp://user:${secret}@h`,
    `http:/user:${secret}@h`,
    `socks5://:${secret}@h`,
    `socks5://user:${secret}${"x".repeat(300)}@h`,
  ];
  for (const text of texts) {
    for (const option of [text, { url: text }, [text] as unknown as string]) {
      assert.throws(() => read(option), (error) => {
        const shown = `${Deno.inspect(error)}${(error as Error).stack}`;
        assert.ok(error instanceof OptionError && !shown.includes(secret), shown);
        return true;
      });
    }
  }
  const proxy = read(`http://user:${secret}@h`);
  const shown = `${Deno.inspect(proxy, { depth: 9, showHidden: true })}${JSON.stringify(proxy)}`;
  assert.ok(!shown.includes(secret), shown);
});

Deno.test("an environment that can't be read is permission_denied, and names what to allow", () => {
  assert.throws(
    () => read("env"),
    isNetError(
      "permission_denied",
      "proxy",
      /--allow-env=all_proxy,ALL_PROXY,https_proxy,HTTPS_PROXY,http_proxy,HTTP_PROXY,no_proxy,NO_P/,
    ),
  );
});
