/** What a part of the load is called: `GET http://127.0.0.1:8000/cart`, or the values of its tags. */
export function endpointText(tags: Readonly<Record<string, string>>): string {
  const { method, name, ...others } = tags;
  return [method, name, ...Object.values(others)].filter((text) => text !== undefined).join(" ");
}
