import assert from "node:assert/strict";
import { PATH, programTest } from "../../internal/programs_for_tests.ts";
import { withFolder } from "../_folders_for_tests.ts";
import { goJsonFault } from "./go_json.ts";

/** What Go 1.26 says. */
const CASES: readonly (readonly [text: string, fault: string])[] = [
  ["", "unexpected end of JSON input"],
  ['{"a":', "unexpected end of JSON input"],
  ['"abc', "unexpected end of JSON input"],
  ["[1, 2", "unexpected end of JSON input"],
  ["-", "invalid character ' ' in numeric literal"],
  ["tru", "invalid character ' ' in literal true (expecting 'e')"],
  ["hello", "invalid character 'h' looking for beginning of value"],
  ["{]", "invalid character ']' looking for beginning of object key string"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 "b"}', "invalid character '\"' after object key:value pair"],
  ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
  ["[1 2]", "invalid character '2' after array element"],
  ["[1,]", "invalid character ']' looking for beginning of value"],
  ["{} x", "invalid character 'x' after top-level value"],
  ["trux", "invalid character 'x' in literal true (expecting 'e')"],
  ["nule", "invalid character 'e' in literal null (expecting 'l')"],
  ["-x", "invalid character 'x' in numeric literal"],
  ["1.x", "invalid character 'x' after decimal point in numeric literal"],
  ["1ex", "invalid character 'x' in exponent of numeric literal"],
  ["01", "invalid character '1' after top-level value"],
  ['"a\nb"', "invalid character '\\n' in string literal"],
  ['"a\0b"', "invalid character '\\x00' in string literal"],
  ['"\\q"', "invalid character 'q' in string escape code"],
  ['"\\u00x0"', "invalid character 'x' in \\u hexadecimal character escape"],
  ["'a'", "invalid character '\\'' looking for beginning of value"],
  ["\\", "invalid character '\\\\' looking for beginning of value"],
  ["ü", "invalid character 'Ã' looking for beginning of value"],
  ["€", "invalid character 'â' looking for beginning of value"],
  ["\u007f", "invalid character '\\x7f' looking for beginning of value"],
];

Deno.test("what is no JSON is named as Go names it", () => {
  for (const [text, fault] of CASES) {
    assert.throws(() => JSON.parse(text));
    assert.equal(goJsonFault(text), fault, JSON.stringify(text));
  }
});

const PROGRAM = `package main

import (
	"encoding/json"
	"fmt"
	"os"
)

func main() {
	var texts []string
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		panic(err)
	}
	faults := []string{}
	for _, text := range texts {
		var into interface{}
		faults = append(faults, fmt.Sprint(json.Unmarshal([]byte(text), &into)))
	}
	json.NewEncoder(os.Stdout).Encode(faults)
}
`;

await programTest(
  ["go"],
  "Go says the same of what is no JSON, also of texts that were cut",
  () =>
    withFolder(async (folder) => {
      const whole =
        '{"name":"x","users":-1.5e+3,"nested":[true,false,null,{"a":"\\u00e9\\n"}],"b":{}}';
      const texts = CASES.map(([text]) => text);
      for (let i = 0; i < whole.length; i++) {
        for (const text of [whole.slice(0, i), `${whole.slice(0, i)}!${whole.slice(i + 1)}`]) {
          try {
            JSON.parse(text);
          } catch {
            texts.push(text);
          }
        }
      }
      await Deno.writeTextFile(`${folder}/main.go`, PROGRAM);
      await Deno.writeTextFile(`${folder}/texts.json`, JSON.stringify(texts));
      const script = `${PATH}; export PATH GOTOOLCHAIN=local GOPROXY=off GO111MODULE=off; ` +
        `exec go run "$0/main.go" <"$0/texts.json"`;
      const { stdout, stderr, success } = await new Deno.Command("bash", {
        args: ["-c", script, folder],
      }).output();
      assert.ok(success, new TextDecoder().decode(stderr));
      const said = JSON.parse(new TextDecoder().decode(stdout)) as string[];
      assert.deepEqual(texts.map(goJsonFault), said);
    }),
);
