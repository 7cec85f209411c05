import { twMerge, type ClassNameValue } from 'tailwind-merge';

/** Joins Tailwind classes; of two that set the same property the later one wins. */
export function cn(...classes: ClassNameValue[]): string {
  return twMerge(...classes);
}
