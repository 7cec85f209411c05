/** Enum values with what each means: product documentation, so none may be missing. */
export function described<Name extends string>(
  descriptions: Readonly<Record<Name, string>>,
): { [Each in Name]: { description: string } } {
  return Object.fromEntries(
    Object.entries<string>(descriptions).map(([name, description]) => [name, { description }]),
  ) as { [Each in Name]: { description: string } };
}
