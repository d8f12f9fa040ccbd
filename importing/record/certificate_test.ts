import assert from "node:assert/strict";
import { programTest } from "../../internal/programs_for_tests.ts";
import { authorityOf } from "./authority_folder.ts";
import { issue, makeAuthority, readAuthority } from "./certificate.ts";
import { integer, oid, time } from "./der.ts";

async function openssl(folder: string, command: string): Promise<string> {
  const { stdout, stderr } = await new Deno.Command("bash", {
    args: ["-c", `cd "$0" && ${command}`, folder],
  }).output();
  const decoder = new TextDecoder();
  return decoder.decode(stdout) + decoder.decode(stderr);
}

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("DER: integers keep their sign, identifiers their parts, times their century", () => {
  const hex = (bytes: Uint8Array) => bytes.toHex();
  assert.equal(hex(integer(Uint8Array.of(0))), "020100");
  assert.equal(hex(integer(Uint8Array.of(0, 0, 0x80))), "02020080");
  assert.equal(hex(integer(Uint8Array.of(0x7f, 0))), "02027f00");
  assert.equal(hex(oid("1.2.840.10045.4.3.2")), "06082a8648ce3d040302");
  assert.equal(hex(oid("2.5.29.17")), "0603551d11");
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes.subarray(2));
  assert.equal(text(time(new Date("2049-12-31T23:59:59.9Z"))), "491231235959Z");
  assert.equal(text(time(new Date("2050-01-02T03:04:05Z"))), "20500102030405Z");
});

await programTest(
  ["openssl"],
  "OpenSSL takes the certificates, for names and addresses",
  async () => {
    await inFolder(async (folder) => {
      const made = await makeAuthority();
      const authority = await readAuthority(made);
      await Deno.writeTextFile(`${folder}/ca.pem`, made.cert);
      const hosts = [
        "localhost",
        "127.0.0.1",
        "::1",
        "2001:db8::7",
        `${"a".repeat(63)}.${"b".repeat(60)}.example`,
      ];
      for (const host of hosts) {
        const { cert, key } = await issue(authority, host);
        await Deno.writeTextFile(`${folder}/leaf.pem`, cert);
        await Deno.writeTextFile(`${folder}/leaf.key`, key);
        const flag = host.includes(":") || /^\d/.test(host) ? "ip" : "hostname";
        const said = await openssl(
          folder,
          `openssl verify -x509_strict -purpose sslserver -CAfile ca.pem -verify_${flag} '${host}' leaf.pem`,
        );
        assert.equal(said, "leaf.pem: OK\n", host);
        const keys = await openssl(
          folder,
          "openssl x509 -in leaf.pem -noout -pubkey && openssl pkey -in leaf.key -pubout",
        );
        const [one, two] = keys.split(/(?<=-----END PUBLIC KEY-----\n)/);
        assert.equal(one, two);
      }
      const wrong = await openssl(
        folder,
        "openssl verify -CAfile ca.pem -verify_hostname other.example leaf.pem",
      );
      assert.match(wrong, /hostname mismatch/i);
    });
  },
);

Deno.test("an authority is made once, and its key is its owner's alone", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/deep/ca`;
    const first = await authorityOf(path);
    const second = await authorityOf(path);
    assert.deepEqual([first.isNew, second.isNew], [true, false]);
    assert.equal(first.authority.fingerprint, second.authority.fingerprint);
    assert.equal((await Deno.stat(`${path}/ca.key`)).mode! & 0o777, 0o600);
    await Deno.remove(`${path}/ca.pem`);
    await assert.rejects(authorityOf(path), {
      code: "authority_failed",
      message: /one of ca\.pem and ca\.key is missing \(remove the folder/,
    });
    await Deno.writeTextFile(`${path}/ca.pem`, "x");
    await Deno.writeTextFile(`${path}/ca.key`, "no key");
    await assert.rejects(authorityOf(path), { code: "authority_failed", message: /no PEM text/ });
  });
});
