import assert from "node:assert/strict";
import type { SessionSettings, StressPlan } from "../plan.ts";
import { planOf, scriptOf, SETTING_LINES, settingProblems } from "./_scripts_for_tests.ts";
import { compileScript } from "./compile.ts";

Deno.test("settings that aren't given have their defaults", () => {
  assert.deepEqual(
    compileScript(scriptOf()),
    {
      name: "a",
      settings: {
        transport: "tcp",
        endpoints: [{ host: "127.0.0.1", port: 9000 }],
        headerSize: 0,
        bodyMax: 0,
        read: false,
        repeat: false,
        sampleRate: 100,
        length: null,
      },
      shards: null,
      packets: { hello: "hello.bin" },
      handler: null,
      actions: [
        { offsetMs: 0, kind: "create", sessions: 100 },
        { offsetMs: 250, kind: "connect", range: { from: 0, to: 100 } },
      ],
    } satisfies StressPlan,
  );
});

const READING = { READ: 'READ = "true"', HEADERSIZE: "HEADERSIZE = 8", BODYMAX: "BODYMAX = 99" };

const SESSIONS: readonly [settings: Record<string, string>, expected: Partial<SessionSettings>][] =
  [
    [{ SESSION: 'SESSION = "UDP"' }, { transport: "udp" }],
    [{ REPEAT: 'REPEAT = "true"' }, { repeat: true }],
    [{ REPEAT: 'REPEAT = "false"' }, { repeat: false }],
    [{ SAMPLERATE: "SAMPLERATE = 7" }, { sampleRate: 7 }],
    [{ SAMPLERATE: 'SAMPLERATE = "7"' }, { sampleRate: 7 }],
    [{ SAMPLERATE: "SAMPLERATE = 0" }, { sampleRate: 100 }],
    [READING, { read: true, headerSize: 8, bodyMax: 99 }],
    [READING, { length: { start: 0, length: 8, endian: "little" } }],
    [{ ...READING, LENGTH: 'LENGTH 0:4 "big"' }, {
      length: { start: 0, length: 4, endian: "big" },
    }],
    [{ ...READING, LENGTH: 'LENGTH = 6:2 "little"' }, {
      length: { start: 6, length: 2, endian: "little" },
    }],
    // Only a guest knows, which is seen when it is loaded.
    [{ ...READING, HEADERSIZE: "HEADERSIZE = 9", HANDLER: 'HANDLER = "g.wasm"' }, { length: null }],
    // What nothing reads is left out.
    [{ ...READING, READ: 'READ = "false"' }, { headerSize: 0, bodyMax: 0, length: null }],
    [{ ...READING, SESSION: 'SESSION = "UDP"' }, { headerSize: 0, bodyMax: 99, length: null }],
    [{ SESSION: 'SESSION = "UDP"', READ: 'READ = "true"', BODYMAX: "BODYMAX = 5" }, { bodyMax: 5 }],
  ];

for (const [settings, expected] of SESSIONS) {
  Deno.test(`${Object.values(settings).join(" ")} gives ${JSON.stringify(expected)}`, () => {
    const { settings: given } = planOf(settings);
    assert.deepEqual({ ...given, ...expected }, given);
  });
}

const PLANS: readonly [settings: Record<string, string>, expected: Partial<StressPlan>][] = [
  [{ SHARDS: "SHARDS = 100" }, { shards: 100 }],
  [{ HANDLER: 'HANDLER = "NOP"' }, { handler: null }],
  [{ HANDLER: 'HANDLER = "a/b.wasm"' }, { handler: "a/b.wasm" }],
  [{ PACKETS: "" }, { packets: {} }],
  [{ PACKETS: "PACKETS {}" }, { packets: {} }],
  [{ PACKETS: 'PACKETS {\n a : "1",\n b : "2",\n}' }, { packets: { a: "1", b: "2" } }],
  [{ PACKETS: 'PACKETS { constructor : "1" }' }, { packets: { constructor: "1" } as never }],
];

for (const [settings, expected] of PLANS) {
  Deno.test(`${Object.values(settings).join(" ")} makes a plan of it`, () => {
    const plan = planOf(settings);
    assert.deepEqual({ ...plan, ...expected }, plan);
  });
}

const ENDPOINTS: readonly [text: string, host: string, port: number][] = [
  ["127.0.0.1", "127.0.0.1", 9000],
  ["127.0.0.1:80", "127.0.0.1", 80],
  ['"127.0.0.1:80"', "127.0.0.1", 80],
  ['"localhost"', "localhost", 9000],
  ['"localhost":80', "localhost", 80],
  ['"a-b.example.com.:65535"', "a-b.example.com.", 65_535],
  ['"_sip.example"', "_sip.example", 9000],
  ['"::1"', "::1", 9000],
  ['"2001:db8::1:80"', "2001:db8::1:80", 9000],
  ['"[::1]"', "::1", 9000],
  ['"[::1]:80"', "::1", 80],
];

for (const [text, host, port] of ENDPOINTS) {
  Deno.test(`endpoint ${text} is ${host} with port ${port}`, () => {
    const plan = planOf({ ENDPOINTS: `ENDPOINTS { ${text} }` });
    assert.deepEqual(plan.settings.endpoints, [{ host, port }]);
  });
}

Deno.test("PORT may be left out where every endpoint has a port", () => {
  const plan = planOf({ PORT: "", ENDPOINTS: 'ENDPOINTS { "a:1", "b:2" }' });
  assert.deepEqual(plan.settings.endpoints.map(({ port }) => port), [1, 2]);
  assert.deepEqual(settingProblems({ PORT: "", ENDPOINTS: 'ENDPOINTS { "a:1", "b" }' }), [
    "these settings are not complete, expected PORT",
  ]);
});

const WRONG: readonly [setting: string, line: string, problem: string][] = [
  [
    "SESSION",
    'SESSION = "HTTP"',
    'SESSION is "HTTP", expected "TCP" or "UDP", did you mean "TCP"?',
  ],
  ["SESSION", 'SESSION = "tcp"', 'SESSION is "tcp", expected "TCP" or "UDP", did you mean "TCP"?'],
  ["SESSION", "SESSION = TCP", 'TCP can\'t stand here, expected "TCP" or "UDP", quoted'],
  ["SESSION", 'SESSION "TCP"', '"TCP" can\'t stand here, expected = and a value for SESSION'],
  ["PORT", "PORT = 0", "PORT 0 is too low, expected 1 to 65535"],
  ["PORT", "PORT = 65536", "PORT 65536 is too high, expected 1 to 65535"],
  ["PORT", "PORT = 5ms", "PORT 5ms is no whole number, expected 1 to 65535"],
  ["PORT", "PORT = 1.5", "PORT 1.5 is no whole number, expected 1 to 65535"],
  ["PORT", 'PORT = "x"', 'PORT "x" is no whole number, expected 1 to 65535'],
  ["HEADERSIZE", "HEADERSIZE = 0", "HEADERSIZE 0 is too low, expected 1 to 65536"],
  ["BODYMAX", "BODYMAX = -1", "BODYMAX -1 is too low, expected 1 to 16777216"],
  ["READ", 'READ = "yes"', 'READ is "yes", expected "true" or "false"'],
  ["READ", "READ = true", 'true can\'t stand here, expected "true" or "false", quoted'],
  [
    "REPEAT",
    'REPEAT = "flase"',
    'REPEAT is "flase", expected "true" or "false", did you mean "false"?',
  ],
  ["SAMPLERATE", "SAMPLERATE = -1", "SAMPLERATE -1 is too low, expected 0 to 1000000000"],
  ["SHARDS", "SHARDS = 0", "SHARDS 0 is too low, expected 1 to 256"],
  [
    "SHARDS",
    "SHARDS = 101",
    "101 SHARDS can't share 100 sessions, expected at most 100, as CREATE says",
  ],
  [
    "HANDLER",
    'HANDLER = "nop"',
    'HANDLER is "nop", expected "NOP" or a file.wasm, quoted, did you mean "NOP"?',
  ],
  ["HANDLER", 'HANDLER = "a.c"', 'HANDLER is "a.c", expected "NOP" or a file.wasm, quoted'],
  ["LENGTH", 'LENGTH 0:9 "big"', "LENGTH's number of bytes 9 is too high, expected 1 to 8"],
  [
    "LENGTH",
    'LENGTH 0:4 "middle"',
    'LENGTH\'s byte order is "middle", expected "little" or "big", did you mean "little"?',
  ],
  ["LENGTH", "LENGTH 0:4 big", 'big can\'t stand here, expected "little" or "big", quoted'],
  ["ENDPOINTS", "ENDPOINTS {}", "ENDPOINTS is empty, expected at least one endpoint"],
  [
    "ENDPOINTS",
    "ENDPOINTS { localhost }",
    "localhost can't stand here, expected an address, or a name in quotes",
  ],
  ["ENDPOINTS", 'ENDPOINTS { "a" "b" }', '"b" follows without a comma, expected , or }'],
  [
    "ENDPOINTS",
    'ENDPOINTS { "http://a" }',
    '"http://a" is no endpoint, expected a host, without what stands before //',
  ],
  ["ENDPOINTS", 'ENDPOINTS { "a/b" }', '"a/b" is no endpoint, expected a host, without a path'],
  ["ENDPOINTS", 'ENDPOINTS { "a:0" }', 'the port "0" is too low, expected 1 to 65535'],
  ["ENDPOINTS", 'ENDPOINTS { "a:1":2 }', '"a:1" has a port already, expected one port'],
  ...["127.0.0.256", '"[a]:1"', '"a b"', '""', '"-a"', '"a..b"', '"1.2.3"', '":80"', '"::1%lo"']
    .map(
      (text): [string, string, string] => [
        "ENDPOINTS",
        `ENDPOINTS { ${text} }`,
        `${text} is no endpoint, expected a name or an address, such as "localhost", 127.0.0.1 or "[::1]:9000"`,
      ],
    ),
  [
    "PACKETS",
    'PACKETS { a : "x", a : "y" }',
    "a is a packet of line 5 already, expected a name of its own",
  ],
  ["PACKETS", 'PACKETS { a : "" }', "the file of a is empty, expected a path"],
  ["PACKETS", "PACKETS { a : x/y.bin }", '"x/y.bin" can\'t stand here, expected a path in quotes'],
  ["PACKETS", 'PACKETS { a "x" }', '"x" can\'t stand here, expected : and the file of a'],
  ["PACKETS", 'PACKETS { "a" : "x" }', "\"a\" can't stand here, expected a packet's name or }"],
  ["PACKETS", 'PACKETS { SEND : "x" }', "SEND can't stand here, expected a packet's name or }"],
  ["NEW", "SESION = 5", "SESION is no setting, did you mean SESSION?"],
  [
    "NEW",
    "COLOUR = 5",
    "COLOUR is no setting, expected SESSION, PORT, HEADERSIZE, BODYMAX, LENGTH, READ, REPEAT, SAMPLERATE, ENDPOINTS, SHARDS, PACKETS or HANDLER",
  ],
  ["NEW", "PORT = 5", "PORT is given in line 3 already, expected each setting once"],
  ["NEW", "= 5", '"=" can\'t stand here, expected a setting or }'],
];

for (const [setting, line, problem] of WRONG) {
  Deno.test(`${line} is told of, and nothing else is`, () => {
    assert.deepEqual(settingProblems({ [setting]: line }), [problem]);
  });
}

const INCOMPLETE: readonly [settings: Record<string, string>, problem: string][] = [
  [{ SESSION: "" }, "these settings are not complete, expected SESSION"],
  [{ PORT: "" }, "these settings are not complete, expected PORT"],
  [
    Object.fromEntries(Object.keys(SETTING_LINES).map((name) => [name, ""])),
    "these settings are not complete, expected SESSION, ENDPOINTS and PORT",
  ],
  [{ READ: 'READ = "true"' }, "sessions over TCP that read need HEADERSIZE and BODYMAX"],
  [{ ...READING, BODYMAX: "" }, "sessions over TCP that read need BODYMAX"],
  [{ ...READING, HEADERSIZE: "" }, "sessions over TCP that read need HEADERSIZE"],
  [
    { SESSION: 'SESSION = "UDP"', READ: 'READ = "true"' },
    "sessions that read need BODYMAX",
  ],
  [
    { ...READING, HEADERSIZE: "HEADERSIZE = 9" },
    "a header of 9 bytes doesn't say which of them are the body's length, " +
    'expected LENGTH, such as LENGTH 0:4 "big", or a guest with handle_header',
  ],
  [
    { ...READING, LENGTH: 'LENGTH 6:4 "big"' },
    "LENGTH ends behind the last of 8 bytes, expected a last byte of at most 7",
  ],
];

for (const [settings, problem] of INCOMPLETE) {
  Deno.test(`${JSON.stringify(settings)} lack something: ${problem}`, () => {
    assert.deepEqual(settingProblems(settings), [problem]);
  });
}
