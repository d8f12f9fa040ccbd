/** Finds a needle in bytes by Boyer-Moore-Horspool: mostly looks at every `needle.length`th byte. */
export function searcher(needle: Uint8Array): (bytes: Uint8Array, from: number) => number {
  const last = needle.length - 1;
  const lastByte = needle[last]!;
  const skips = new Uint8Array(256).fill(needle.length);
  for (let i = 0; i < last; i++) skips[needle[i]!] = last - i;
  return (bytes, from) => {
    for (let end = from + last; end < bytes.length;) {
      const byte = bytes[end]!;
      if (byte === lastByte) {
        let i = 0;
        const start = end - last;
        while (i < last && bytes[start + i] === needle[i]) i++;
        if (i === last) return start;
      }
      end += skips[byte]!;
    }
    return -1;
  };
}
