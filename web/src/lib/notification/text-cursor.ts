type TextControl = HTMLInputElement | HTMLTextAreaElement;

/**
 * Puts text where the cursor stands, or over what is selected, as if it had been typed: undo takes
 * it back.
 */
export function insertAtCursor(control: TextControl, text: string): void {
  control.focus();
  // Deprecated, and still the only way that keeps the undo history.
  if (document.execCommand('insertText', false, text)) return;
  const { selectionStart, selectionEnd } = control;
  control.setRangeText(text, selectionStart ?? 0, selectionEnd ?? 0, 'end');
  control.dispatchEvent(new InputEvent('input', { bubbles: true }));
}

/** Selects from a position to the end of its word or braces, and brings it into view. */
export function selectAt(control: TextControl, from: number, length: number): void {
  control.focus();
  control.setSelectionRange(from, from + length);
  if (!(control instanceof HTMLTextAreaElement)) return;
  const linesBefore = control.value.slice(0, from).split('\n').length - 1;
  const lineHeight = Number.parseFloat(getComputedStyle(control).lineHeight) || 20;
  control.scrollTop = Math.max(0, linesBefore * lineHeight - control.clientHeight / 2);
}
