/** Light, dark, or whatever the reader's system says. */
export type ThemeChoice = 'system' | 'light' | 'dark';

export const themeCookie = 'theme';

export function parseTheme(value: string | undefined): ThemeChoice {
  return value === 'light' || value === 'dark' ? value : 'system';
}

export function currentTheme(): ThemeChoice {
  return parseTheme(document.documentElement.dataset['theme']);
}

/** Applies at once, and to every later page by cookie. */
export function chooseTheme(choice: ThemeChoice): void {
  document.documentElement.dataset['theme'] = choice;
  document.cookie = `${themeCookie}=${choice}; path=/; max-age=31536000; samesite=lax`;
}
