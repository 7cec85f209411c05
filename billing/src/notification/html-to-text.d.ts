/** The little of html-to-text (which has no types of its own) that mails use. */
declare module 'html-to-text' {
  export function convert(
    html: string,
    options: {
      wordwrap: number | false;
      selectors: { selector: string; format?: string; options?: Record<string, unknown> }[];
    },
  ): string;
}
