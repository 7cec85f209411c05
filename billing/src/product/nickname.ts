import { checkLength } from './product-text.ts';

/** @returns null where there is none. @throws InvalidInputError TOO_LONG */
export function checkNickname(nickname: string | null | undefined): string | null {
  return checkLength(nickname?.trim() ?? '', 100, 'nickname') || null;
}
