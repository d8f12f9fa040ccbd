import { formatIp } from "../../internal/mod.ts";

/**
 * The names that a certificate is for (RFC 5280 §4.2.1.6), as in `DNS:example.org`, `IP:127.0.0.1`,
 * `email:a@example.org` and `URI:…`; other kinds are left out, and so is what can't be read.
 *
 * Node's text of the same names is not used: a comma inside of a name makes two of it.
 *
 * @param der the certificate
 */
export function subjectAltNames(der: Uint8Array): string[] {
  const certificate = first(der, SEQUENCE);
  const tbs = certificate && first(certificate.content, SEQUENCE);
  const wrapped = tbs && find(tbs.content, ({ tag }) => tag === EXTENSIONS);
  const extensions = wrapped && first(wrapped.content, SEQUENCE);
  const extension = extensions && find(extensions.content, isSubjectAltName);
  const octets = extension && find(extension.content, ({ tag }) => tag === OCTET_STRING);
  const names = octets && first(octets.content, SEQUENCE);
  if (names === undefined) return [];
  return [...valuesOf(names.content)].flatMap((name) => nameOf(name) ?? []);
}

/** One DER value (X.690 §8.1) with a definite length. */
interface Der {
  readonly tag: number;
  readonly content: Uint8Array;
}

const OCTET_STRING = 0x04;
const OBJECT_IDENTIFIER = 0x06;
const SEQUENCE = 0x30;
const EXTENSIONS = 0xa3; // [3], after the optional [1] and [2]
const SUBJECT_ALT_NAME = "2.5.29.17";

function isSubjectAltName({ content }: Der): boolean {
  const id = first(content, OBJECT_IDENTIFIER)?.content;
  return id?.length === 3 &&
    `${Math.floor(id[0]! / 40)}.${id[0]! % 40}.${id[1]}.${id[2]}` === SUBJECT_ALT_NAME;
}

function nameOf({ tag, content }: Der): string | undefined {
  if (tag === 0x87) {
    return content.length === 4 || content.length === 16 ? `IP:${formatIp(content)}` : undefined;
  }
  const kind = tag === 0x81 ? "email" : tag === 0x82 ? "DNS" : tag === 0x86 ? "URI" : undefined;
  // These are ASCII (IA5String); anything else is no name.
  if (kind === undefined || content.some((byte) => byte < 0x20 || byte > 0x7e)) return undefined;
  return `${kind}:${String.fromCharCode(...content.subarray(0, 1024))}`;
}

function first(data: Uint8Array, tag: number): Der | undefined {
  const [value] = valuesOf(data);
  return value?.tag === tag ? value : undefined;
}

function find(data: Uint8Array, wanted: (value: Der) => boolean): Der | undefined {
  for (const value of valuesOf(data)) if (wanted(value)) return value;
  return undefined;
}

/** The values that follow one another in `data`, up to the first that is damaged. */
function* valuesOf(data: Uint8Array): Generator<Der> {
  for (let at = 0; at + 2 <= data.length;) {
    const tag = data[at]!;
    let length = data[at + 1]!;
    let begin = at + 2;
    if (length >= 0x80) {
      const bytes = length & 0x7f;
      if (bytes === 0 || bytes > 4 || begin + bytes > data.length) return;
      length = 0;
      for (const end = begin + bytes; begin < end; begin++) length = length * 256 + data[begin]!;
    }
    at = begin + length;
    if (at > data.length) return;
    yield { tag, content: data.subarray(begin, at) };
  }
}
