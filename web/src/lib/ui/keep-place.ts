/**
 * When a dialog closes, the keyboard goes back to what opened it. Where that is gone (the row that was
 * removed), it goes on at the page's content instead of the top of the document.
 */
export function keepPlace(): void {
  requestAnimationFrame(() => {
    if (document.activeElement !== document.body) return;
    document.getElementById('content')?.focus({ preventScroll: true });
  });
}
