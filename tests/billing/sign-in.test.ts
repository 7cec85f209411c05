import { confirmSignIn } from '@4geeks/billing/portal/confirm-sign-in';
import { disablePortal } from '@4geeks/billing/portal/disable-portal';
import { enablePortal } from '@4geeks/billing/portal/enable-portal';
import { endPortalSession } from '@4geeks/billing/portal/end-portal-session';
import { requestSignInLink } from '@4geeks/billing/portal/request-sign-in-link';
import {
  recheckPortalSession,
  resolvePortalSession,
} from '@4geeks/billing/portal/resolve-portal-session';
import { sendSignInLink } from '@4geeks/billing/portal/send-sign-in-link';
import { beforeEach, describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import { secretsOf } from '../testkit/sign-in-mail.ts';

const t = await testBilling();
const merchant = await t.seed.merchant();
const portalSlug = merchant.slug;

// Limits count by the hour.
beforeEach(() => t.clock.advance({ hours: 2 }));

const ask = (email: string, more: { returnPath?: string } = {}) =>
  requestSignInLink(t.billing, { portalSlug, email, ...more });

/** Asks, and opens the mail. */
async function linkFor(email: string, more: { returnPath?: string } = {}) {
  await ask(email, more);
  await t.drain();
  const mail = (await t.mailbox.mails(email)).at(-1);
  return secretsOf(mail!);
}

async function signedIn(email: string) {
  const { token } = await linkFor(email);
  const confirmed = await confirmSignIn(t.billing, { portalSlug, token });
  if (confirmed.status !== 'signed_in') throw new Error(confirmed.status);
  return confirmed;
}

describe('asking for a link', () => {
  it('answers the same and does the same work for known and unknown addresses', async () => {
    const ada = await merchant.customer();
    const writes = () =>
      t.database.sql<{ requests: string; jobs: string }>(
        `select (select count(*) from "SignInRequest") as requests,
                (select count(*) from graphile_worker._private_jobs) as jobs`,
      );
    const effort = async (email: string) => {
      const [before] = await writes();
      const answer = await ask(email);
      const [after] = await writes();
      return {
        answer,
        requests: Number(after!.requests) - Number(before!.requests),
        jobs: Number(after!.jobs) - Number(before!.jobs),
      };
    };
    const known = await effort(ada.row.email);
    const unknown = await effort('nobody@example.com');
    expect(unknown).toEqual(known);
    expect(known).toEqual({ answer: { expiresInMinutes: 20 }, requests: 1, jobs: 1 });
    await t.drain();
    expect(await ada.mails()).toHaveLength(1);
    expect(await t.mailbox.mails('nobody@example.com')).toEqual([]);
    const outcomes = await t.database.sql(`select email, outcome from "SignInRequest"`);
    expect(outcomes).toEqual([
      { email: ada.row.email, outcome: 'SENT' },
      { email: 'nobody@example.com', outcome: 'NO_MATCH' },
    ]);
  });

  it('takes the exact address, but for case and blanks around it', async () => {
    const ada = await merchant.customer({ email: 'Ada.Lovelace@Example.com' });
    await ask('  ada.lovelace@EXAMPLE.com ');
    await ask('adalovelace@example.com');
    await t.drain();
    expect(await ada.mails()).toHaveLength(1);
    await expect(ask('not an address')).rejects.toMatchObject({
      facts: { reason: 'EMAIL_INVALID' },
    });
  });

  it('is limited to 6 a minute and 12 an hour, known address or not', async () => {
    await merchant.customer({ email: 'often@example.com' });
    for (const email of ['often@example.com', 'nobody-often@example.com']) {
      for (let request = 0; request < 6; request++) await ask(email);
      await expect(ask(email)).rejects.toMatchObject({
        code: 'RATE_LIMITED',
        facts: { retryAfterSeconds: 60 },
      });
      t.clock.advance({ minutes: 1 });
      for (let request = 0; request < 6; request++) await ask(email);
      t.clock.advance({ minutes: 1 });
      await expect(ask(email)).rejects.toMatchObject({ facts: { retryAfterSeconds: 58 * 60 } });
      t.clock.advance({ minutes: 58 });
      await ask(email);
    }
    await t.drain();
  });

  it('is limited also when all requests come at once', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 15 }, () => ask('burst@example.com')),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(6);
    await t.drain();
  });

  it('finds no portal that is switched off or does not exist', async () => {
    const closed = await t.seed.merchant({ portal: false });
    for (const slug of [closed.slug, 'no-such-portal']) {
      await expect(
        requestSignInLink(t.billing, { portalSlug: slug, email: 'ada@example.com' }),
      ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  it('sends nothing when the portal is switched off before the mail goes out', async () => {
    const closing = await t.seed.merchant();
    const ada = await closing.customer();
    await requestSignInLink(t.billing, { portalSlug: closing.slug, email: ada.row.email });
    await disablePortal(t.billing, closing.system);
    await t.drain();
    expect(await ada.mails()).toEqual([]);
  });

  it('writes the mail in the customer’s language, from the merchant’s company', async () => {
    const ada = await merchant.customer({ locale: 'de', name: 'Änne Łódź' });
    await ask(ada.row.email);
    await t.drain();
    const [mail] = await ada.mails();
    expect(mail).toMatchObject({ tag: 'sign-in-link', from: { name: merchant.row.name } });
    expect(mail!.html).toContain('lang="de"');
    expect(mail!.text).toContain('Änne Łódź');
  });
});

describe('a link', () => {
  it('signs in once, also when it is confirmed twice at the same moment', async () => {
    const ada = await merchant.customer();
    const { token } = await linkFor(ada.row.email);
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, () => confirmSignIn(t.billing, { portalSlug, token })),
    );
    const ok = results.filter((result) => result.status === 'fulfilled');
    expect(ok).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') {
        expect(result.reason).toMatchObject({ code: 'SIGN_IN_LINK_USED' });
      }
    }
    expect(await t.billing.database.portalSession.count({ where: { customerId: ada.id } })).toBe(1);
  });

  it('expires after 20 minutes', async () => {
    const ada = await merchant.customer();
    const { token } = await linkFor(ada.row.email);
    t.clock.advance({ minutes: 20 });
    await expect(confirmSignIn(t.billing, { portalSlug, token })).rejects.toMatchObject({
      code: 'SIGN_IN_LINK_EXPIRED',
    });
  });

  it('works at its own portal only', async () => {
    const other = await t.seed.merchant();
    const ada = await merchant.customer();
    const { token } = await linkFor(ada.row.email);
    await expect(confirmSignIn(t.billing, { portalSlug: other.slug, token })).rejects.toMatchObject(
      { code: 'SIGN_IN_LINK_INVALID' },
    );
  });

  it('signs in nobody while the portal is off', async () => {
    const closing = await t.seed.merchant();
    const ada = await closing.customer();
    await requestSignInLink(t.billing, { portalSlug: closing.slug, email: ada.row.email });
    await t.drain();
    const { token } = secretsOf((await ada.mails())[0]!);
    await disablePortal(t.billing, closing.system);
    const confirm = () => confirmSignIn(t.billing, { portalSlug: closing.slug, token });
    await expect(confirm()).rejects.toMatchObject({ code: 'SIGN_IN_LINK_INVALID' });
    await enablePortal(t.billing, closing.system);
    expect(await confirm()).toMatchObject({ status: 'signed_in' });
  });

  it('goes on where it was asked to, inside the portal only', async () => {
    const ada = await merchant.customer();
    const go = async (returnPath: string) => {
      const { token } = await linkFor(ada.row.email, { returnPath });
      const confirmed = await confirmSignIn(t.billing, { portalSlug, token });
      return confirmed.status === 'signed_in' ? confirmed.returnPath : null;
    };
    expect(await go('payment-methods/new?invoice=123')).toBe('payment-methods/new?invoice=123');
    expect(await go('//evil.example')).toBe('');
    expect(await go('https://evil.example/')).toBe('');
  });

  it('is kept only as a keyed hash, and so is its code', async () => {
    const ada = await merchant.customer();
    const { token, code } = await linkFor(ada.row.email);
    const rows = await t.database.sql(`select r::text as row from "SignInRequest" r`);
    for (const { row } of rows) {
      expect(row).not.toContain(token);
      expect(row).not.toContain(`,${code},`);
    }
  });

  it('sent again by its job voids the one before', async () => {
    const ada = await merchant.customer();
    await ask(ada.row.email);
    const [request] = await t.database.sql<{ id: string }>(
      `select id from "SignInRequest" where email = $1`,
      [ada.row.email],
    );
    const input = { merchantId: merchant.id, signInRequestId: request!.id };
    const { mailer } = t.billing;
    let refused = false;
    await expect(
      sendSignInLink(
        {
          ...t.billing,
          mailer: {
            async send(mails) {
              await mailer.send(mails);
              refused = true;
              throw new Error('the answer got lost');
            },
          },
        },
        input,
      ),
    ).rejects.toThrow('the answer got lost');
    expect(refused).toBe(true);
    await t.drain();
    const [first, second] = await ada.mails();
    await expect(
      confirmSignIn(t.billing, { portalSlug, token: secretsOf(first!).token }),
    ).rejects.toMatchObject({ code: 'SIGN_IN_LINK_INVALID' });
    const { token } = secretsOf(second!);
    expect(await confirmSignIn(t.billing, { portalSlug, token })).toMatchObject({
      status: 'signed_in',
    });
  });
});

describe('a code', () => {
  it('signs in with the address it was sent to', async () => {
    const ada = await merchant.customer();
    const { code } = await linkFor(ada.row.email);
    const confirm = (email: string) => confirmSignIn(t.billing, { portalSlug, email, code });
    await expect(confirm('somebody@example.com')).rejects.toMatchObject({
      code: 'SIGN_IN_LINK_INVALID',
    });
    expect(await confirm(ada.row.email)).toMatchObject({ status: 'signed_in', customerId: ada.id });
    await expect(confirm(ada.row.email)).rejects.toMatchObject({ code: 'SIGN_IN_LINK_USED' });
  });

  it('is dead after five wrong tries; the link still works', async () => {
    const ada = await merchant.customer();
    const { code, token } = await linkFor(ada.row.email);
    const wrong = code === '000000' ? '000001' : '000000';
    const confirm = (given: string) =>
      confirmSignIn(t.billing, { portalSlug, email: ada.row.email, code: given });
    for (let i = 0; i < 5; i++) {
      await expect(confirm(wrong)).rejects.toMatchObject({ code: 'SIGN_IN_LINK_INVALID' });
    }
    await expect(confirm(code)).rejects.toMatchObject({ code: 'SIGN_IN_LINK_INVALID' });
    expect(await confirmSignIn(t.billing, { portalSlug, token })).toMatchObject({
      status: 'signed_in',
    });
  });

  it('allows five tries, also when a thousand come at once', async () => {
    const ada = await merchant.customer();
    const { code } = await linkFor(ada.row.email);
    const guesses = Array.from({ length: 30 }, (_, index) =>
      String((Number(code) + 1 + index) % 1_000_000).padStart(6, '0'),
    );
    await Promise.allSettled(
      guesses.map((guess) =>
        confirmSignIn(t.billing, { portalSlug, email: ada.row.email, code: guess }),
      ),
    );
    const [row] = await t.database.sql(
      `select "codeAttempts" as tries from "SignInRequest" where email = $1`,
      [ada.row.email],
    );
    expect(row).toEqual({ tries: 5 });
  });

  it('is the same work to refuse for an address of nobody', async () => {
    const email = 'nobody-at-all@example.com';
    await ask(email);
    await t.drain();
    for (let time = 0; time < 7; time += 1) {
      await expect(
        confirmSignIn(t.billing, { portalSlug, email, code: '123456' }),
      ).rejects.toMatchObject({ code: 'SIGN_IN_LINK_INVALID' });
    }
    const [row] = await t.database.sql(
      `select outcome, "codeAttempts" as tries from "SignInRequest" where email = $1`,
      [email],
    );
    expect(row).toEqual({ outcome: 'NO_MATCH', tries: 5 });
  });

  it('counts only from the newest mail', async () => {
    const ada = await merchant.customer();
    const first = await linkFor(ada.row.email);
    t.clock.advance({ minutes: 1 });
    const second = await linkFor(ada.row.email);
    if (first.code !== second.code) {
      await expect(
        confirmSignIn(t.billing, { portalSlug, email: ada.row.email, code: first.code }),
      ).rejects.toMatchObject({ code: 'SIGN_IN_LINK_INVALID' });
    }
    expect(
      await confirmSignIn(t.billing, { portalSlug, email: ada.row.email, code: second.code }),
    ).toMatchObject({ status: 'signed_in' });
  });
});

describe('an address that several customers share', () => {
  it('lets one choose, and uses the link up only then', async () => {
    const email = 'family@example.com';
    const ada = await merchant.customer({ email, name: 'Ada' });
    t.clock.advance({ seconds: 1 });
    const bob = await merchant.customer({ email, name: 'Bob' });
    const stranger = await merchant.customer();
    const { token } = await linkFor(email);
    const confirm = (customerId?: string) =>
      confirmSignIn(t.billing, { portalSlug, token, customerId });
    expect(await confirm()).toEqual({
      status: 'choose_customer',
      choices: [
        { customerId: ada.id, name: 'Ada' },
        { customerId: bob.id, name: 'Bob' },
      ],
    });
    await expect(confirm(stranger.id)).rejects.toMatchObject({ code: 'SIGN_IN_LINK_INVALID' });
    expect(await confirm(bob.id)).toMatchObject({ status: 'signed_in', customerId: bob.id });
    await expect(confirm(ada.id)).rejects.toMatchObject({ code: 'SIGN_IN_LINK_USED' });
  });

  it('does not reach customers of another merchant', async () => {
    const email = 'everywhere@example.com';
    const other = await t.seed.merchant();
    await other.customer({ email });
    const here = await merchant.customer({ email });
    expect(await signedIn(email)).toMatchObject({ customerId: here.id });
  });
});

describe('a session', () => {
  const resolve = (sessionToken: string, slug = portalSlug) =>
    resolvePortalSession(t.billing, { portalSlug: slug, sessionToken });

  it('ends an hour after the last request, and a day after signing in whatever happens', async () => {
    const ada = await merchant.customer();
    const { sessionToken } = await signedIn(ada.row.email);
    for (let minutes = 0; minutes < 23 * 60; minutes += 50) {
      t.clock.advance({ minutes: 50 });
      expect(await resolve(sessionToken)).toMatchObject({ customerId: ada.id });
    }
    t.clock.advance({ minutes: 55 });
    expect(await resolve(sessionToken)).toBeNull();

    const second = await signedIn(ada.row.email);
    t.clock.advance({ minutes: 61 });
    expect(await resolve(second.sessionToken)).toBeNull();
  });

  it('carries the permissions as they are now, and ends with the portal', async () => {
    const own = await t.seed.merchant({ permissions: ['CANCEL_SUBSCRIPTION'] });
    const ada = await own.customer();
    await requestSignInLink(t.billing, { portalSlug: own.slug, email: ada.row.email });
    await t.drain();
    const { token } = secretsOf((await ada.mails())[0]!);
    const confirmed = await confirmSignIn(t.billing, { portalSlug: own.slug, token });
    if (confirmed.status !== 'signed_in') throw new Error(confirmed.status);
    const viewer = await resolve(confirmed.sessionToken, own.slug);
    expect([...viewer!.permissions]).toEqual(['CANCEL_SUBSCRIPTION']);
    expect(await resolve(confirmed.sessionToken)).toBeNull();
    const { updatePortalPermissions } =
      await import('@4geeks/billing/portal/update-portal-permissions');
    await updatePortalPermissions(t.billing, own.system, { permissions: ['DOWNLOAD_INVOICES'] });
    const rechecked = await recheckPortalSession(t.billing, viewer!);
    expect([...rechecked!.permissions]).toEqual(['DOWNLOAD_INVOICES']);
    await disablePortal(t.billing, own.system);
    expect(await recheckPortalSession(t.billing, viewer!)).toBeNull();
    expect(await resolve(confirmed.sessionToken, own.slug)).toBeNull();
  });

  it('ends when its customer signs out', async () => {
    const ada = await merchant.customer();
    const { sessionToken } = await signedIn(ada.row.email);
    const viewer = await resolve(sessionToken);
    await endPortalSession(t.billing, { sessionToken });
    await endPortalSession(t.billing, { sessionToken: 'never given out' });
    expect(await resolve(sessionToken)).toBeNull();
    expect(await recheckPortalSession(t.billing, viewer!)).toBeNull();
  });
});
