/** @returns the code as it is kept, whatever case it was typed in; null: it cannot be one. */
export function couponCode(typed: string): string | null {
  const code = typed.trim().toUpperCase();
  return /^[A-Z0-9_-]{3,40}$/.test(code) ? code : null;
}
