/** A text that somebody wrote for the document: trimmed, of 1000 characters at most; null: none. */
export function printedText(text: string | null | undefined): string | null {
  return text?.trim().slice(0, 1000) || null;
}
