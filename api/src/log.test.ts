import { describe, expect, it } from 'vitest';

import { createLogger } from './log.ts';
import { newRequestId, withRequestId } from './request-id.ts';
import { scrub } from './scrub.ts';

function capture(write: (log: ReturnType<typeof createLogger>) => void) {
  const lines: string[] = [];
  write(createLogger({ level: 'debug', destination: { write: (line) => void lines.push(line) } }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('createLogger', () => {
  it('replaces what must not be written, by name', () => {
    const [line] = capture((log) =>
      log.info({
        password: 'hunter2',
        headers: {
          authorization: 'Basic abc',
          cookie: 'session=1',
          'set-cookie': 'a=b',
          host: 'x',
        },
        input: { card: { number: '4242', cvc: '123' }, code: '123456' },
        mail: { html: '<p>', text: 'hello', subject: 'kept' },
      }),
    );
    const hidden = '[redacted]';
    expect(line).toMatchObject({
      password: hidden,
      headers: { authorization: hidden, cookie: hidden, 'set-cookie': hidden, host: 'x' },
      input: { card: { number: hidden, cvc: hidden }, code: hidden },
      mail: { html: hidden, text: hidden, subject: 'kept' },
    });
  });

  it('finds secrets in messages, addresses and errors', () => {
    const lines = capture((log) => {
      log.info('GET /p/acme/sign-in?token=abc.def-123&lang=de');
      log.info({ url: '/p/acme#code=123456' }, 'x');
      log.error({ err: new Error('rejected 4242 4242 4242 4242', { cause: new Error('why') }) });
    });
    const all = JSON.stringify(lines);
    expect(all).not.toMatch(/abc\.def|123456|4242 4242/);
    expect(all).toContain('lang=de');
    expect(lines[2]).toMatchObject({
      level: 'error',
      err: { type: 'Error', cause: { message: 'why' } },
    });
  });

  it('carries the request id wherever the request leads', async () => {
    const lines: unknown[] = [];
    await withRequestId('request-1', async () => {
      await Promise.resolve();
      lines.push(...capture((log) => log.info('served')));
    });
    expect(lines).toMatchObject([{ requestId: 'request-1', msg: 'served' }]);
    expect(capture((log) => log.info('other'))[0]).not.toHaveProperty('requestId');
  });
});

describe('scrub', () => {
  it.each([
    ['card 4242424242424242.', 'card [redacted].'],
    ['3782-822463-10005', '[redacted]'],
    ['tok_Zm9vYmFyZm9vYmFyZm9v x', 'tok_[redacted] x'],
    ['setup_Zm9vYmFyZm9vYmFyZm9v', 'setup_[redacted]'],
    ['whsec_Zm9vYmFy+m9vYmFyZm9v/mFy= x', 'whsec_[redacted] x'],
    ['Authorization: Bearer abcdefghijk', 'Authorization: Bearer [redacted]'],
    ['from DE89370400440532013000.', 'from [redacted].'],
    ['from de89 3704 0044 0532 0130 00', 'from [redacted]'],
    // Not an IBAN: its check digits are wrong.
    ['DE88370400440532013000', 'DE88370400440532013000'],
  ])('%s', (text, expected) => expect(scrub(text)).toBe(expected));

  it.each([
    '0193a5c2-7b1e-7c3d-9e4f-0123456789ab',
    'amountMinor 4242424242424243',
    'sequence 12345',
    '2026-11-22T05:00:00.000Z',
    '/p/acme?tab=invoices',
  ])('leaves %s', (text) => expect(scrub(text)).toBe(text));
});

describe('newRequestId', () => {
  it('keeps an id that came in, not anything else', () => {
    expect(newRequestId('abcdef-123456')).toBe('abcdef-123456');
    for (const bad of [
      null,
      '',
      'short',
      'a b c d e f g h',
      '"}\n{"level":"fatal"}',
      'x'.repeat(65),
    ]) {
      expect(newRequestId(bad)).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});
