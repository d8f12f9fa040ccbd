/** What a server has written to `url` in its folder, once it listens. */
export async function urlIn(folder: string): Promise<string> {
  for (let i = 0; i < 500; i++) {
    const url = await Deno.readTextFile(`${folder}/url`).catch(() => "");
    if (url !== "") return url;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("start a server: it does not say where it is");
}
