/** Reads an environment variable; undefined where it is not set or may not be read. */
export type OutputEnv = (name: string) => string | undefined;
