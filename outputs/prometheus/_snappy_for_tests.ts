/** Unpacks a snappy block, checking every length and offset; throws on what no encoder may write. */
export function decompressSnappy(input: Uint8Array): Uint8Array {
  let at = 0;
  let size = 0;
  for (let scale = 1;; scale *= 128) {
    const byte = next();
    size += (byte & 127) * scale;
    if (byte < 128) break;
  }
  const output = new Uint8Array(size);
  let length = 0;
  while (at < input.length) {
    const tag = next();
    if ((tag & 3) === 0) {
      let count = tag >> 2;
      if (count >= 60) {
        const bytes = count - 59;
        count = 0;
        for (let i = 0; i < bytes; i++) count += next() * 256 ** i;
      }
      count++;
      if (at + count > input.length) throw new Error("literal beyond the input");
      if (length + count > size) throw new Error("literal beyond the output");
      output.set(input.subarray(at, at + count), length);
      at += count;
      length += count;
      continue;
    }
    const short = (tag & 3) === 1;
    const count = short ? 4 + (tag >> 2 & 7) : 1 + (tag >> 2);
    const wide = (tag & 3) === 3 ? 4 : 2;
    let offset = 0;
    if (short) offset = (tag >> 5) * 256 + next();
    else for (let i = 0; i < wide; i++) offset += next() * 256 ** i;
    if (offset === 0 || offset > length) throw new Error(`copy from ${offset} before ${length}`);
    if (length + count > size) throw new Error("copy beyond the output");
    for (let i = 0; i < count; i++, length++) output[length] = output[length - offset]!;
  }
  if (length !== size) throw new Error(`${length} bytes instead of ${size}`);
  return output;

  function next(): number {
    if (at >= input.length) throw new Error("the input ends early");
    return input[at++]!;
  }
}
