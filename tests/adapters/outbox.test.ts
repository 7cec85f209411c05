import { createOutbox } from '@4geeks/api/adapters/mail/outbox';
import { createMailbox } from '@4geeks/api/http/mailbox';
import type { Mail } from '@4geeks/billing/ports';
import { describe, expect, it } from 'vitest';

import { cleanUp } from '../testkit/clean-up.ts';
import { testDatabase } from '../testkit/database.ts';

const { url } = await testDatabase();
const outbox = createOutbox({ connectionString: url });
await outbox.migrate();
await outbox.migrate();
cleanUp(() => outbox.close());
const mailbox = createMailbox(outbox);

const mail = (key: string, change: Partial<Mail> = {}): Mail => ({
  from: { name: 'Acme', address: 'billing@acme.example' },
  to: { name: 'Ada', address: 'Ada@Example.com' },
  subject: `Mail ${key} <b>`,
  html: `<!doctype html><html><head><title>x</title></head><body><a href="http://localhost/p/acme">Pay</a></body></html>`,
  text: 'Pay: http://localhost/p/acme?a=1&b=2 now',
  tag: 'payment-failed',
  idempotencyKey: key,
  ...change,
});

const get = (path: string, headers: Record<string, string> = {}) =>
  mailbox(new Request(`http://localhost${path}`, { headers }));

const [first] = await outbox.mailer.send([mail('1')]);
const toBob = { to: { address: 'bob@example.com' }, tag: 'payment-receipt' };
await outbox.mailer.send([mail('2', toBob)]);

describe('the outbox', () => {
  it('keeps a mail once per key', async () => {
    expect(first).toMatchObject({
      status: 'sent',
      messageId: expect.stringMatching(/^outbox-\d+$/),
    });
    expect(await outbox.mailer.send([mail('1', { subject: 'again' })])).toEqual([first]);
    expect((await outbox.list()).map((entry) => entry.subject)).toEqual([
      'Mail 2 <b>',
      'Mail 1 <b>',
    ]);
  });
});

describe('/mailbox.json', () => {
  it('gives mails newest first, by address and tag', async () => {
    const all = (await (await get('/mailbox.json'))!.json()) as object[];
    expect(all).toHaveLength(2);
    expect(all[1]).toEqual({
      id: expect.any(String),
      from: { name: 'Acme', address: 'billing@acme.example' },
      to: { name: 'Ada', address: 'Ada@Example.com' },
      replyTo: null,
      subject: 'Mail 1 <b>',
      tag: 'payment-failed',
      html: mail('1').html,
      text: mail('1').text,
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    const count = async (query: string) =>
      ((await (await get(`/mailbox.json?${query}`))!.json()) as object[]).length;
    expect(await count('to=ada@example.com')).toBe(1);
    expect(await count('to=example.com')).toBe(0);
    expect(await count('tag=payment-receipt')).toBe(1);
    expect(await count('limit=1')).toBe(1);
  });
});

describe('the mailbox pages', () => {
  it('list mails, found by a part of the address', async () => {
    const response = await get('/mailbox?to=BOB');
    const html = await response!.text();
    expect(html).toContain('Mail 2 &#60;b&#62;');
    expect(html).not.toContain('Mail 1');
    const etag = response!.headers.get('etag')!;
    expect((await get('/mailbox?to=BOB', { 'if-none-match': etag }))!.status).toBe(304);
    expect(await (await get('/mailbox?to=nobody'))!.text()).toContain('No mail matches');
  });

  it('show one mail in both its parts, and its HTML without power', async () => {
    const id = first?.status === 'sent' ? first.messageId.replace('outbox-', '') : '';
    expect(await (await get(`/mailbox/${id}`))!.text()).toContain(`src="/mailbox/${id}.html"`);
    const text = await (await get(`/mailbox/${id}?view=text`))!.text();
    expect(text).toContain('href="http://localhost/p/acme?a=1&#38;b=2"');
    const html = await get(`/mailbox/${id}.html`);
    expect(html!.headers.get('content-security-policy')).toMatch(/^sandbox (?!.*allow-scripts)/);
    expect(await html!.text()).toContain('<head><base target="_top">');
  });

  it('know what is theirs', async () => {
    expect((await get('/mailbox/999'))!.status).toBe(404);
    expect((await get('/mailbox/x'))!.status).toBe(404);
    expect(await get('/mailboxes')).toBeNull();
    expect(
      (await mailbox(new Request('http://localhost/mailbox', { method: 'POST' })))!.status,
    ).toBe(405);
  });
});

// Last, because the tests above know every mail there is.
describe('a batch', () => {
  it('is kept in its order, with what was kept before', async () => {
    const to = { address: 'many@example.com' };
    const many = ['3', '1', '4'].map((key) => mail(key, { to, text: `Text ${key} \u00fc "\\` }));
    const outcomes = await outbox.mailer.send(many);
    expect(outcomes[1]).toEqual(first);
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(3);
    const kept = await outbox.listWithBodies({ to: to.address });
    expect(kept.map(({ id, text }) => [`outbox-${id}`, text])).toEqual(
      [2, 0].map((index) => {
        const outcome = outcomes[index]!;
        return [outcome.status === 'sent' && outcome.messageId, many[index]!.text];
      }),
    );
    expect(await outbox.mailer.send(many)).toEqual(outcomes);
  });
});
