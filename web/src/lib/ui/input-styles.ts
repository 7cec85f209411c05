/** The look of one-line controls. 16 px on phones, where smaller text makes iOS zoom in. */
export const inputClasses = [
  'w-full min-h-11 rounded-md border border-line-strong bg-surface px-3 text-base text-ink shadow-xs sm:min-h-10 sm:text-sm',
  'transition-[border-color,box-shadow] hover:border-ink-faint',
  'focus-visible:border-ring focus-visible:outline-2 focus-visible:outline-offset-0 focus-visible:outline-ring',
  'aria-invalid:border-danger disabled:cursor-not-allowed disabled:bg-sunken disabled:text-muted',
].join(' ');
