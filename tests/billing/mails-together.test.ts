/** Mails that came up together: what is sent once, and what one of them may do to the others. */
import { sendEmail, sendEmails } from '@4geeks/billing/notification/send-email';
import { sendQueuedEmail } from '@4geeks/billing/notification/send-queued-email';
import { saveNotificationTemplate } from '@4geeks/billing/notification/save-notification-template';
import type { Billing, Mail, MailOutcome } from '@4geeks/billing/ports';
import { startTestClock } from '@4geeks/billing/test-clock/start-test-clock';
import { advanceTestClock } from '@4geeks/billing/test-clock/advance-test-clock';
import { requestTestClockAdvance } from '@4geeks/billing/test-clock/request-test-clock-advance';
import { beforeEach, describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import { copySubscription } from '../testkit/many-subscriptions.ts';
import type { SeededMerchant } from '../testkit/seed.ts';

const t = await testBilling();
const { enqueue } = t.billing;

beforeEach(() => {
  // Mails stay owed until a test sends them.
  t.billing.enqueue = async (sql, jobs) => {
    const others = jobs.filter(({ name }) => name !== 'send-email' && name !== 'send-emails');
    if (others.length > 0) await enqueue(sql, others);
  };
});

interface Row {
  id: string;
  toAddress: string;
  kind: string;
  status: string;
  failure: string | null;
  providerMessageId: string | null;
  sentAt: Date | null;
}

const rows = ({ id }: SeededMerchant) =>
  t.database.sql<Row>(`select * from "EmailMessage" where "merchantId" = $1 order by id`, [id]);

const keysOf = async (...merchants: SeededMerchant[]) =>
  t.database.sql<{ merchantId: string; emailMessageId: string }>(
    `select "merchantId", id as "emailMessageId" from "EmailMessage"
     where "merchantId" = any($1::uuid[]) order by id`,
    [merchants.map(({ id }) => id)],
  );

const eventsOf = ({ id }: SeededMerchant) =>
  t.database.sql<{ type: string; objectId: string; data: object; customerId: string }>(
    `select type, "objectId", data, "customerId" from "Event"
     where "merchantId" = $1 and type like 'email.%' order by sequence`,
    [id],
  );

const addressed = async (address: string) => (await t.mailbox.mails(address)).length;

/** A merchant that owes so many customers a receipt; each with an invoice of its own. */
async function owing(count: number, options?: Parameters<typeof t.seed.merchant>[0]) {
  const merchant = await t.seed.merchant(options);
  for (let number = 0; number < count; number += 1) {
    const customer = await merchant.customer();
    await customer.subscription();
  }
  await t.drain();
  await t.database.sql(
    `delete from "EmailMessage" where "merchantId" = $1 and kind <> 'PAYMENT_RECEIPT'`,
    [merchant.id],
  );
  return { merchant, keys: await keysOf(merchant) };
}

/** The same installation with a mailer that answers otherwise. */
function withMailer(
  send: (mails: readonly Mail[], real: Billing['mailer']) => Promise<MailOutcome[]>,
): Billing & { calls: Mail[][] } {
  const { mailer } = t.billing;
  const calls: Mail[][] = [];
  return {
    ...t.billing,
    calls,
    mailer: {
      send: (mails) => {
        calls.push([...mails]);
        return send(mails, mailer);
      },
    },
  };
}

describe('a batch of mails', () => {
  it('goes out by one request and one transaction, with a row and an event for each', async () => {
    const { merchant, keys } = await owing(4);
    const billing = withMailer((mails, real) => real.send(mails));
    await sendEmails(billing, { messages: keys });
    expect(billing.calls.map((mails) => mails.length)).toEqual([4]);
    const sent = await rows(merchant);
    expect(sent.map(({ status, sentAt }) => [status, sentAt])).toEqual(
      keys.map(() => ['SENT', t.clock.now()]),
    );
    const mails = await Promise.all(sent.map(({ toAddress }) => t.mailbox.mails(toAddress)));
    expect(mails.map(([mail]) => `outbox-${mail?.id}`)).toEqual(
      sent.map(({ providerMessageId }) => providerMessageId),
    );
    // Each has its own customer's name, invoice and address.
    for (const [mail] of mails) expect(mail?.text).toContain(`Hello ${mail?.to.name},`);
    expect(new Set(mails.map(([mail]) => /T\d+-\d+/.exec(mail!.text)?.[0])).size).toBe(4);
    expect(await eventsOf(merchant)).toEqual(
      sent.map(({ id }) => ({
        type: 'email.sent',
        objectId: id,
        customerId: expect.any(String),
        data: { kind: 'PAYMENT_RECEIPT', locale: 'en', invoiceId: expect.any(String) },
      })),
    );
    const [{ transactions }] = (await t.database.sql<{ transactions: number }>(
      `select count(distinct xmin::text)::int as transactions from "Event"
       where "merchantId" = $1 and type = 'email.sent'`,
      [merchant.id],
    )) as [{ transactions: number }];
    expect(transactions).toBe(1);
  });

  it('run again sends nothing', async () => {
    const { merchant, keys } = await owing(3);
    await sendEmails(t.billing, { messages: keys });
    const billing = withMailer((mails, real) => real.send(mails));
    await sendEmails(billing, { messages: keys });
    expect(await sendEmail(billing, keys[0]!)).toBe('skipped');
    expect(billing.calls).toEqual([]);
    expect(await eventsOf(merchant)).toHaveLength(3);
  });

  it('that is named twice, or by another merchant, goes out once, or not', async () => {
    const { merchant, keys } = await owing(2);
    const { merchant: other } = await owing(1);
    const stolen = keys.map(({ emailMessageId }) => ({ merchantId: other.id, emailMessageId }));
    await sendEmails(t.billing, { messages: stolen });
    expect((await rows(merchant)).map(({ status }) => status)).toEqual(['QUEUED', 'QUEUED']);
    await sendEmails(t.billing, { messages: [...stolen, ...keys, ...keys] });
    expect(await eventsOf(merchant)).toHaveLength(2);
    for (const { toAddress } of await rows(merchant)) expect(await addressed(toAddress)).toBe(1);
  });

  it('is twenty-five of those that came up together', async () => {
    const { billing, seed, clock, ...own } = await testBilling();
    const merchant = await seed.merchant();
    const ada = await merchant.customer();
    const { id } = await ada.subscription();
    await own.drain();
    await copySubscription(own.database.sql, id, 29);
    const sizes: number[] = [];
    const { enqueue } = billing;
    billing.enqueue = async (sql, jobs) => {
      for (const job of jobs) {
        if (job.name === 'send-emails') sizes.push(job.payload.messages.length);
      }
      await enqueue(sql, jobs);
    };
    clock.advance({ days: 31 });
    await own.sweep();
    // Invoices of the renewal run, then receipts.
    expect(sizes).toEqual([25, 5, 25, 5]);
    expect(await own.database.sql(`select from "EmailMessage" where status <> 'SENT'`)).toEqual([]);
  });
});

describe('one mail that cannot be sent', () => {
  it('because the provider refuses it keeps none of the others', async () => {
    const { merchant, keys } = await owing(4);
    const [, refused, bouncing] = await rows(merchant);
    const billing = withMailer(async (mails, real) => {
      const answers = await real.send(
        mails.filter(({ to }) => ![refused, bouncing].some((row) => row!.toAddress === to.address)),
      );
      return mails.map(({ to }): MailOutcome => {
        if (to.address === refused!.toAddress) return { status: 'failed', error: new Error('no') };
        if (to.address === bouncing!.toAddress) return { status: 'bounced', reason: 'gone' };
        return answers.shift()!;
      });
    });
    const sending = sendEmails(billing, { messages: keys });
    await expect(sending).rejects.toMatchObject({ errors: [{ message: 'no' }] });
    expect(await rows(merchant)).toMatchObject([
      { status: 'SENT', failure: null },
      { status: 'QUEUED', failure: null, sentAt: null },
      { status: 'BOUNCED', failure: 'gone', providerMessageId: null, sentAt: null },
      { status: 'SENT', failure: null },
    ]);
    expect((await eventsOf(merchant)).map(({ type, objectId }) => [type, objectId])).toEqual([
      ['email.sent', keys[0]!.emailMessageId],
      ['email.bounced', bouncing!.id],
      ['email.sent', keys[3]!.emailMessageId],
    ]);
    expect(await eventsOf(merchant)).toMatchObject([{}, { data: { reason: 'gone' } }, {}]);
    // A bounce is an answer: only the refused one is tried again.
    const again = withMailer((mails, real) => real.send(mails));
    await sendEmails(again, { messages: keys });
    expect(again.calls.map((mails) => mails.map(({ to }) => to.address))).toEqual([
      [refused!.toAddress],
    ]);
    expect((await rows(merchant))[1]).toMatchObject({ status: 'SENT' });
    expect(await addressed(bouncing!.toAddress)).toBe(0);
  });

  it('alone says why', async () => {
    const { merchant, keys } = await owing(1);
    const billing = withMailer(async () => [{ status: 'failed', error: new Error('no') }]);
    await expect(sendEmail(billing, keys[0]!)).rejects.toThrow(/^no$/);
    expect(await rows(merchant)).toMatchObject([{ status: 'QUEUED' }]);
    const bouncing = withMailer(async () => [{ status: 'bounced', reason: 'gone' }]);
    expect(await sendEmail(bouncing, keys[0]!)).toBe('bounced');
  });

  it('because nobody knows what it is about keeps none of the others', async () => {
    const { merchant, keys } = await owing(3);
    await t.database.sql(
      `update "EmailMessage" set "paymentId" = gen_random_uuid() where id = $1`,
      [keys[1]!.emailMessageId],
    );
    const sending = sendEmails(t.billing, { messages: keys });
    await expect(sending).rejects.toMatchObject({ errors: [{ code: 'NOT_FOUND' }] });
    expect((await rows(merchant)).map(({ status }) => status)).toEqual(['SENT', 'QUEUED', 'SENT']);
  });

  it('because its merchant’s own text fails goes out with the built-in one', async () => {
    const { merchant, keys } = await owing(2);
    const { merchant: other, keys: otherKeys } = await owing(1);
    const text = { kind: 'INVOICE_CREATED', locale: 'en' } as const;
    const body = 'Our own, {{ customer_name }}: {{ customer_portal_link }}';
    for (const { system } of [merchant, other]) {
      await saveNotificationTemplate(t.billing, system, { ...text, subject: 'Own', body });
    }
    await t.database.sql(`update "EmailMessage" set kind = 'INVOICE_CREATED' where id = any($1)`, [
      [...keys, ...otherKeys].map(({ emailMessageId }) => emailMessageId),
    ]);
    // What was right when it was saved need not be for ever.
    await t.database.sql(
      `update "NotificationTemplate" set body = '{% gone %}' where "merchantId" = $1`,
      [merchant.id],
    );
    await sendEmails(t.billing, { messages: [keys[0]!, ...otherKeys, keys[1]!] });
    const mails = await t.mailbox.mails();
    const textTo = ({ toAddress }: Row) => mails.find(({ to }) => to.address === toAddress)?.text;
    for (const row of await rows(merchant)) expect(textTo(row)).toContain('Here is your invoice');
    for (const row of await rows(other)) expect(textTo(row)).toContain('Our own, Customer');
    const wrong = { templateError: expect.stringContaining('gone') };
    expect((await eventsOf(merchant)).map(({ data }) => data)).toEqual(
      keys.map(() => expect.objectContaining(wrong)),
    );
    expect((await eventsOf(other)).map(({ data }) => data)).toEqual([
      expect.not.objectContaining({ templateError: expect.anything() }),
    ]);
  });
});

describe('a batch that gets no answer', () => {
  it('stays queued, and goes out again under the same keys', async () => {
    const { merchant, keys } = await owing(3);
    const billing = withMailer(async (mails, real) => {
      await real.send(mails);
      throw new Error('the answer got lost');
    });
    await expect(sendEmails(billing, { messages: keys })).rejects.toMatchObject({
      errors: [{ message: 'the answer got lost' }],
    });
    expect((await rows(merchant)).map(({ status }) => status)).toEqual(keys.map(() => 'QUEUED'));
    expect(await eventsOf(merchant)).toEqual([]);
    await sendEmails(t.billing, { messages: keys });
    expect(billing.calls[0]?.map((mail) => mail.idempotencyKey)).toEqual(
      keys.map(({ emailMessageId }) => emailMessageId),
    );
    for (const { status, toAddress } of await rows(merchant)) {
      expect([status, await addressed(toAddress)]).toEqual(['SENT', 1]);
    }
  });
});

describe('two workers', () => {
  it('with the same batch send each mail once, and neither waits', async () => {
    const { merchant, keys } = await owing(4);
    const reached = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const slow = withMailer(async (mails, real) => {
      reached.resolve();
      await held.promise;
      return real.send(mails);
    });
    const first = sendEmails(slow, { messages: keys.slice(0, 3) });
    await reached.promise;
    const other = t.another();
    // While the first waits for its mailer.
    await sendEmails(other.billing, { messages: keys });
    expect((await rows(merchant)).map(({ status }) => status)).toEqual([
      ...['QUEUED', 'QUEUED', 'QUEUED', 'SENT'],
    ]);
    held.resolve();
    await first;
    await sendEmails(other.billing, { messages: keys });
    for (const { status, toAddress } of await rows(merchant)) {
      expect([status, await addressed(toAddress)]).toEqual(['SENT', 1]);
    }
    expect(await eventsOf(merchant)).toHaveLength(4);
  });
});

describe('mails of several merchants', () => {
  it('are dated by each merchant’s own clock', async () => {
    const live = await owing(2, { mode: 'LIVE' });
    const sandbox = await owing(2);
    const clocked = await owing(2);
    await startTestClock(t.billing, clocked.merchant.system, {});
    await requestTestClockAdvance(t.billing, clocked.merchant.system, { by: 'P3D' });
    await advanceTestClock(t.billing, { merchantId: clocked.merchant.id });
    const later = new Date(t.clock.now().getTime() + 3 * 86_400_000);
    const billing = withMailer((mails, real) => real.send(mails));
    const messages = [0, 1].flatMap((at) => [live, clocked, sandbox].map(({ keys }) => keys[at]!));
    await sendEmails(billing, { messages });
    expect(billing.calls.map((mails) => mails.length).sort()).toEqual([2, 4]);
    for (const [{ merchant }, now] of [
      [live, t.clock.now()],
      [sandbox, t.clock.now()],
      [clocked, later],
    ] as const) {
      expect((await rows(merchant)).map(({ sentAt }) => sentAt)).toEqual([now, now]);
    }
  });

  it('have each merchant’s own branding', async () => {
    const [one, other] = [await owing(1, { name: 'One' }), await owing(1, { name: 'Other' })];
    await sendEmails(t.billing, { messages: [...one.keys, ...other.keys] });
    for (const { merchant } of [one, other]) {
      const [row] = await rows(merchant);
      const [mail] = await t.mailbox.mails(row!.toAddress);
      expect(mail).toMatchObject({
        from: { name: merchant.row.name },
        replyTo: merchant.row.supportEmail,
      });
      expect(mail!.html).toContain(merchant.row.supportEmail);
    }
  });
});

describe('mails whose job was lost', () => {
  it('get another: late ones, and those of test clocks, whoever they are to', async () => {
    await t.database.sql('delete from "EmailMessage"');
    const live = await owing(1);
    const clocked = await owing(2);
    await startTestClock(t.billing, clocked.merchant.system, {});
    await t.database.sql(
      `update "EmailMessage" set "customerId" = null, kind = 'WEBHOOK_DISABLED' where id = $1`,
      [clocked.keys[1]!.emailMessageId],
    );
    expect(await sendQueuedEmail(t.billing)).toBe(2);
    t.clock.advance({ minutes: 3 });
    expect(await sendQueuedEmail(t.billing)).toBe(3);
    await sendEmails(t.billing, { messages: [...live.keys, clocked.keys[0]!] });
    expect(await sendQueuedEmail(t.billing)).toBe(1);
  });
});
