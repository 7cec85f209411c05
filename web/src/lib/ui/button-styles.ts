import { tv, type VariantProps } from 'tailwind-variants';

/** The look of buttons, for `Button` and for triggers that render their own element. */
export const button = tv({
  base: [
    'inline-flex shrink-0 items-center justify-center gap-2 rounded-md font-medium whitespace-nowrap select-none',
    'transition-[background-color,border-color,color,box-shadow] duration-100',
    'disabled:cursor-not-allowed disabled:opacity-55 aria-busy:opacity-85 [&_svg]:size-4 [&_svg]:shrink-0',
  ],
  variants: {
    variant: {
      primary: 'bg-accent text-accent-ink shadow-xs hover:bg-accent-hover',
      secondary: 'border border-line-strong/60 bg-surface text-ink shadow-xs hover:bg-hover',
      ghost: 'text-muted hover:bg-hover hover:text-ink',
      danger: 'bg-danger text-white shadow-xs hover:bg-danger-hover',
      'danger-quiet': 'text-danger-text hover:bg-danger-soft',
      link: 'text-accent-text underline-offset-4 hover:underline',
    },
    size: {
      sm: 'min-h-8 px-3 text-[0.8125rem]',
      md: 'min-h-10 px-4 text-sm',
      lg: 'min-h-12 px-5 text-[0.9375rem]',
      icon: 'size-10',
      'icon-sm': 'size-8',
    },
  },
  // A link is read like the text around it, and wraps like it.
  compoundVariants: [{ variant: 'link', class: 'min-h-0 px-0 text-start whitespace-normal' }],
});

export type ButtonVariant = NonNullable<VariantProps<typeof button>['variant']>;
export type ButtonSize = NonNullable<VariantProps<typeof button>['size']>;
