import assert from "node:assert/strict";
import { type FuzzTarget, fuzzTarget, type Random } from "../../internal/fuzz_for_tests.ts";
import { DownpourError } from "../../internal/mod.ts";
import { isToken } from "../h1/mod.ts";
import { isToken68, MAX_PARAMS, parseChallenges, parseParams } from "./challenge.ts";
import { DigestSession } from "./digest_session.ts";

const PIECES = [
  ...["Digest ", "Basic ", "NTLM TlRM=", "realm=", '"r"', '"a\\"b"', '"open', ", ", ",", " ", "="],
  ...['nonce="n"', "qop=auth", 'qop="auth,auth-int"', "algorithm=MD5", "algorithm=SHA-256-sess"],
  ...["stale=true", "opaque=", "\0", "\u00e9", "\t", "userhash=true", "x".repeat(5000)],
];

/** Challenges: what is understood is well-formed, and a digest answer is one field or a typed error. */
export const target: FuzzTarget = fuzzTarget({
  name: "auth-challenges",
  async run(random: Random): Promise<void> {
    const fields = random.list(4, () => random.text(14, PIECES));
    for (const { scheme, token68, params } of parseChallenges(fields)) {
      assert.ok(isToken(scheme) && scheme === scheme.toLowerCase());
      assert.ok(token68 === null || (isToken68(token68) && params.size === 0));
      assert.ok(params.size <= MAX_PARAMS);
      for (const name of params.keys()) assert.ok(isToken(name), name);
    }
    parseParams(fields.join(", "));
    const session = new DigestSession({ username: 'u\u00e9"', password: "p" }, () => "c");
    try {
      const again = await session.challenged(fields, null);
      const answer = session.authorize({ method: "GET", uri: "/", body: null });
      assert.equal(answer !== null, again);
      if (answer !== null) new Headers({ authorization: answer }); // Throws for what is no field.
      session.answered(fields);
    } catch (error) {
      if (!(error instanceof DownpourError)) throw error;
    }
  },
});
