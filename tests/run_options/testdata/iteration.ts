/** What the test gave. */
const { iteration } = globalThis as unknown as { iteration: () => Promise<void> };

export default iteration;
