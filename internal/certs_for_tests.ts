/**
 * Certificates for tests, made by OpenSSL when they are needed; nothing of them is kept.
 *
 * @module
 */

/** PEM texts. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** An authority, and what it can be asked for. */
export interface Authority extends KeyPair {
  /**
   * A leaf for names and addresses, for example `["DNS:localhost", "IP:127.0.0.1"]`.
   *
   * @param days from today; below 0 it has expired
   */
  issue(names: readonly string[], days?: number): Promise<KeyPair>;
}

const KEY = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem";

/** Makes a certificate authority. */
export async function makeAuthority(name: string = "test authority"): Promise<Authority> {
  const authority = await inFolder(
    {},
    `openssl req -x509 ${KEY} -out cert.pem -subj "/CN=$1" -days 2`,
    name,
  );
  return {
    ...authority,
    issue: (names, days = 2) =>
      inFolder(
        {
          "ca.pem": authority.cert,
          "ca.key": authority.key,
          "names": `subjectAltName=${names.join(",")}\nextendedKeyUsage=serverAuth,clientAuth\n`,
        },
        `openssl req ${KEY} -out request.pem -subj /CN=leaf && openssl x509 -req -in request.pem ` +
          `-CA ca.pem -CAkey ca.key -CAcreateserial -out cert.pem -days "$1" -extfile names`,
        String(days),
      ),
  };
}

/** A certificate that signed itself, for one DNS name. */
export function makeSelfSigned(name: string): Promise<KeyPair> {
  const leaf = `-addext basicConstraints=CA:FALSE -addext "subjectAltName=DNS:$1"`;
  return inFolder(
    {},
    `openssl req -x509 ${KEY} -out cert.pem -subj "/CN=$1" -days 2 ${leaf}`,
    name,
  );
}

async function inFolder(
  files: Record<string, string>,
  command: string,
  argument: string,
): Promise<KeyPair> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    const args = ["-c", `cd "$0" && ${command}`, folder, argument];
    const { code, stderr } = await new Deno.Command("bash", { args }).output();
    if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
    const [cert, key] = await Promise.all([
      Deno.readTextFile(`${folder}/cert.pem`),
      Deno.readTextFile(`${folder}/key.pem`),
    ]);
    return { cert, key };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
