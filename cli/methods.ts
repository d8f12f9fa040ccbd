/** Methods of `--method`, and of lists of URLs. */
export const METHODS: readonly string[] = [
  ...["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
];
