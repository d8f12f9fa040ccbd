/** Of a URL: its host and port, that of its scheme where it names none. Any other text stays. */
export function hostPortOf(text: string): string {
  const url = /^(?:https?|wss?):\/\//.test(text) ? URL.parse(text) : null;
  if (url === null) return text;
  const port = url.port || (/^(?:https|wss):$/.test(url.protocol) ? "443" : "80");
  return `${url.hostname}:${port}`;
}
