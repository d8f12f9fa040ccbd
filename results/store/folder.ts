/** The record's name in a run's folder. */
export const RECORD_FILE = "record.json";
/** Begins the name of a folder that is being written. */
export const SAVING = ".saving-";

const NUMBERED = /^\d{4,9}$/;

/** The folder's name of a run: `0007`. */
export function folderName(number: number): string {
  return String(number).padStart(4, "0");
}

/** The numbers of the runs in a folder, upwards; none where the folder is not there. */
export async function runNumbers(folder: string): Promise<number[]> {
  const numbers: number[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (isDirectory && NUMBERED.test(name)) numbers.push(Number(name));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return numbers.sort((a, b) => a - b);
}
