import { runOk, shell } from "../process.ts";

/** Version of the OpenSSL on the PATH, or null without one. */
export async function opensslVersion(): Promise<string | null> {
  const { stdout } = await shell("openssl version");
  return /^OpenSSL (\S+)/.exec(stdout)?.[1] ?? null;
}

const MAKE = `
cd "$1"
key="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
openssl req -x509 $key -keyout ca.key -out ca.pem -subj /CN=bench -days 2 &&
openssl req $key -keyout key.pem -out request.pem -subj /CN=server &&
openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -out cert.pem -days 2 \
  -extfile <(echo subjectAltName=IP:127.0.0.1)
`;

/** Makes an authority, `ca.pem`, and of it `cert.pem` with `key.pem` for 127.0.0.1, in a folder. */
export async function makeCertificates(folder: string): Promise<void> {
  await runOk(["bash", "-c", MAKE, "bench", folder], { limitSeconds: 30 });
}
