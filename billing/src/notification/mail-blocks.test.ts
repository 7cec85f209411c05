import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mailBlocks, type MailBlock } from './mail-blocks.ts';
import { styleMailHtml } from './mail-styles.ts';
import { htmlAsText } from './mail-text.ts';
import { isSafeLink, markdownBlocks, sanitizeMailHtml } from './markdown-blocks.ts';
import { createValueSlots, escapeHtml, slotPattern, type ValueSlots } from './value-slots.ts';

const color = '#0f766e';

/** A body of `pieces`, where a number stands for the value at its place. */
function body(pieces: readonly (string | number)[], values: readonly string[]) {
  const slots = createValueSlots(pieces.join(''));
  const markdown = pieces
    .map((piece) => (typeof piece === 'string' ? piece : slots.keep(values[piece]!)))
    .join('');
  return { markdown, slots };
}

const blocksOf = (pieces: readonly (string | number)[], values: readonly string[]) => {
  const { markdown, slots } = body(pieces, values);
  return mailBlocks(markdown, slots, new Set(), color);
};

/** The long way: values first, then the sanitizer, then styles, for this one mail. */
function theLongWay(markdown: string, { word, values }: ValueSlots, links: ReadonlySet<string>) {
  const fill = (text: string, show: (value: string) => string) =>
    text.replace(slotPattern(word), (_slot, number: string) => show(values[Number(number)] ?? ''));
  const isLink = (slot: number) => links.has(values[slot] ?? '');
  return markdownBlocks(markdown, word, isLink).flatMap((block): MailBlock[] => {
    if (block.type === 'button') {
      const href = fill(block.href, String);
      const label = fill(block.label, String).replace(/\s+/g, ' ').trim();
      return isSafeLink(href) && label !== '' ? [{ type: 'button', label, href }] : [];
    }
    const html = sanitizeMailHtml(fill(block.html, escapeHtml));
    if (html.trim() === '') return [];
    return [{ type: 'html', html: styleMailHtml(html, color), text: htmlAsText(html).trim() }];
  });
}

const place = fc.nat({ max: 5 });
const pieces = fc
  .array(
    fc.oneof(
      place.map((n) => [n]),
      place.map((n) => ['**', n, '** ']),
      place.map((n) => ['`', n, '`']),
      place.map((n) => ['\n\n> ', n, '\n\n']),
      place.map((n) => ['\n- ', n, '\n']),
      place.map((n) => ['\n\n| ', n, ' | |\n|---|---|\n| ', n, ' | x |\n\n']),
      place.map((n) => ['[go ', n, '](', n, ')']),
      place.map((n) => ['\n\n[go ', n, '](', n, ')\n\n']),
      place.map((n) => ['[mail](mailto:', n, ')']),
      place.map((n) => ['[go](https://a.example/?a=', n, '&b="c")']),
      place.map((n) => ['<a href="', n, '">', n, '</a>']),
      place.map((n) => ['<a href="/', n, '"></a>']),
      place.map((n) => ['<img src="', n, '" alt="', n, '">']),
      place.map((n) => ['<table><thead><tr><th>', n, '</th></tr></thead></table>']),
      place.map((n) => ['<!-- ', n, ' -->']),
      place.map((n) => ['www.', n, ' http://', n, '/x ']),
      fc
        .constantFrom(
          '\n\n',
          'text ',
          '<u>u</u>',
          '<script>x()</script>',
          '<b',
          '>',
          '\\',
          '*',
          '"',
        )
        .map((text) => [text]),
    ),
    { maxLength: 8 },
  )
  .map((some) => some.flat());

const value = fc.oneof(
  fc.constantFrom(
    ...['', ' ', '\u00a0', 'Ada', "O'Neil & <Sons>", '"><script>alert(1)</script>', 'zslot1z'],
    ...[
      'https://pay.example/p?a=1&b=2',
      ' https://a.example',
      'https://a b.example',
      '//evil.example',
    ],
    ...['/evil.example', 'HTTPS://UP.example', 'mailto:a@b.example', 'tel:+34', 'data:text/html,x'],
    ...['javascript:alert(1)', 'java\nscript:x', '\u0001javascript:x', '<!-- -->javascript:x'],
  ),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
);

describe('blocks that were prepared', () => {
  test('are what the long way makes, first and again', () => {
    fc.assert(
      fc.property(
        pieces,
        fc.array(fc.tuple(value, value, value, value, value, value), {
          minLength: 1,
          maxLength: 3,
        }),
        (some, customers) => {
          for (const values of customers) {
            const { markdown, slots } = body(some, values);
            const links = new Set([values[0]].filter((link) => link !== ''));
            const expected = theLongWay(markdown, slots, links);
            expect(mailBlocks(markdown, slots, links, color)).toEqual(expected);
            expect(mailBlocks(markdown, slots, links, color)).toEqual(expected);
          }
        },
      ),
      { numRuns: 120 },
    );
  });

  test('have nothing of who was written to before', () => {
    const some = [
      'Hello ',
      0,
      '\n\n| ',
      1,
      ' | b |\n|---|---|\n\n[go ',
      0,
      '](',
      1,
      ')\n\nBye ',
      0,
    ];
    const first = JSON.stringify(blocksOf(some, ['Ada', 'https://one.example']));
    const second = JSON.stringify(blocksOf(some, ['Bob', 'https://two.example']));
    expect(second).toBe(first.replaceAll('Ada', 'Bob').replaceAll('one.example', 'two.example'));
    expect(JSON.stringify(blocksOf(some, ['Bob', 'javascript:alert(1)']))).not.toMatch(
      /Ada|example|"button"/,
    );
  });

  test('are not those of a template that spells the slots of another', () => {
    blocksOf(['Hello ', 0], ['Ada']);
    expect(blocksOf(['Hello zslot0z'], [])).toMatchObject([{ text: 'Hello zslot0z' }]);
    expect(blocksOf(['Hello zslot0z ', 0], ['Bob'])).toMatchObject([{ text: 'Hello zslot0z Bob' }]);
  });

  test('do not become links where another value was one', () => {
    const { markdown, slots } = body(['See ', 0], ['https://pay.example']);
    const [linked] = mailBlocks(markdown, slots, new Set(['https://pay.example']), color);
    const [plain] = mailBlocks(markdown, slots, new Set(), color);
    expect(linked).toMatchObject({ html: expect.stringContaining('<a href=') });
    expect(plain).toMatchObject({ html: expect.not.stringContaining('<a href=') });
  });

  test('have the colours of their own branding', () => {
    const { markdown, slots } = body(['> ', 0], ['x']);
    const [one, other] = ['#123456', '#654321'].map(
      (shade) => mailBlocks(markdown, slots, new Set(), shade)[0],
    );
    expect(one).toMatchObject({ html: expect.stringContaining('#123456') });
    expect(other).toMatchObject({ html: expect.not.stringContaining('#123456') });
  });
});

describe('a value cannot be structure', () => {
  const htmlOf = (some: readonly (string | number)[], hostile: string) =>
    blocksOf(some, [hostile])
      .map((block) => (block.type === 'html' ? block.html : block.href))
      .join('');

  test('not the name of an element', () => {
    expect(htmlOf(['<', 0, '>x</', 0, '>'], 'strong')).not.toContain('<strong');
  });

  test('not an attribute', () => {
    expect(htmlOf(['<a ', 0, '>x</a>'], 'href=https://evil.example')).not.toContain('evil');
    expect(htmlOf(['<a href=', 0, '>x</a>'], '/x onclick=alert(1)')).toContain(
      '<a href="/x onclick=alert(1)"',
    );
  });

  test('not a character reference', () => {
    expect(htmlOf(['&', 0, ';'], '#60')).toContain('&amp;#60;');
  });
});
