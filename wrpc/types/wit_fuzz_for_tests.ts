import { type FuzzTarget, fuzzTarget } from "../../internal/fuzz_for_tests.ts";
import { WrpcError } from "../errors.ts";
import { readWit } from "./read_wit.ts";

const PIECES = [
  ...["package a:b@0.1.0;", "interface i {", "interface j {", "}", "world w {", "use i.{t};"],
  ...["use a:b/j@0.1.0.{t as u};", "type t = u32;", "type t = list<t>;", "record r { a: t, }"],
  ...["record u { a-b: option<r>, c: tuple<u8, t> }", "variant v { a, b(r), c(list<v>) }"],
  ...["enum e { a, b }", "flags f { a, b, }", "resource s { constructor(a: u8); m: func(); }"],
  ...[
    "g: func(a: stream<u8>) -> future<result<_, t>>;",
    "// c\n",
    "/* a /* b */ */",
    "@since(x = 1)",
  ],
  ...["<", ">", "{", ";", ",", "->", "%type", "\n", " ", "ä", '"', "/*"],
];

/** Any text is read, or refused with its place. */
export const target: FuzzTarget = fuzzTarget({
  name: "wit",
  run(random) {
    const text = "package a:b@0.1.0; interface i { " + random.text(20, PIECES);
    try {
      readWit(text);
    } catch (error) {
      const placed = error instanceof WrpcError && error.code === "wit_invalid" &&
        /^wit:\d+:\d+: /.test(error.message);
      if (!placed) throw error;
    }
  },
});
