/** The release that brought `Temporal`, which all calendar arithmetic uses. */
const oldestMajor = 26;

/** Ends the process with one clear line where this Node cannot run the code. */
export function refuseOldNode(): void {
  if (Number.parseInt(process.versions.node, 10) >= oldestMajor) return;
  console.error(
    `This needs Node ${oldestMajor} or newer, and this is ${process.version}. ` +
      `"npx pnpm@12 start" brings its own.`,
  );
  process.exit(1);
}
