import { describe, expect, it } from 'vitest';

import { cookiesOf, globalId, staffPassword, testApi } from '../testkit/api.ts';
import { secretsOf } from '../testkit/sign-in-mail.ts';

const api = await testApi();
const merchant = await api.seed.merchant();

const requestLink = `mutation ($input: RequestSignInLinkInput!) {
  requestSignInLink(input: $input) {
    __typename
    ... on SignInLinkRequested { expiresInMinutes }
    ... on Error { code }
  }
}`;
const confirm = `mutation ($input: ConfirmSignInInput!) {
  confirmSignIn(input: $input) {
    __typename
    ... on SignedIn { returnPath customer { name } }
    ... on ChooseCustomer { choices { customerId name } }
    ... on Error { code }
  }
}`;

describe('the portal session', () => {
  it('begins with the link from the mail, in a cookie that no script and no other site can use', async () => {
    const ada = await merchant.customer();
    const visitor = api.client({ headers: { 'x-portal': merchant.slug } });
    const { requestSignInLink } = await visitor.data(requestLink, {
      input: {
        portalSlug: merchant.slug,
        email: ada.row.email,
        returnPath: 'payment-methods/new',
      },
    });
    expect(requestSignInLink).toEqual({ __typename: 'SignInLinkRequested', expiresInMinutes: 20 });
    await api.drain();
    const { link, token } = secretsOf((await ada.mails())[0]!);
    expect(link).toContain(`${api.url}/p/${merchant.slug}/sign-in/confirm#token=`);
    const input = { portalSlug: merchant.slug, token };
    const answer = await visitor.request(confirm, { input });
    expect(answer.data.confirmSignIn).toEqual({
      __typename: 'SignedIn',
      returnPath: 'payment-methods/new',
      customer: { name: ada.row.name },
    });
    const [cookie, ...others] = answer.headers.getSetCookie();
    expect(others).toEqual([]);
    expect(cookie).toMatch(new RegExp(`^portal_session_${merchant.slug}=[\\w-]{43}; `));
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Lax');
    expect(cookie).toContain('Path=/');
    expect(JSON.stringify(answer.data)).not.toContain(cookie!.split(/[=;]/)[1]!);

    const again = await visitor.request(confirm, { input });
    expect(again.data.confirmSignIn).toEqual({
      __typename: 'SignInLinkError',
      code: 'SIGN_IN_LINK_USED',
    });
    expect(again.headers.getSetCookie()).toEqual([]);
  });

  it('lets one of several customers be chosen, by global id', async () => {
    const email = 'family@example.com';
    const ada = await merchant.customer({ email, name: 'Ada' });
    await merchant.customer({ email, name: 'Bob' });
    const visitor = api.client({ headers: { 'x-portal': merchant.slug } });
    await visitor.data(requestLink, { input: { portalSlug: merchant.slug, email } });
    await api.drain();
    const { code } = secretsOf((await ada.mails())[0]!);
    const input = { portalSlug: merchant.slug, email, code };
    const first = await visitor.data(confirm, { input });
    expect(first.confirmSignIn.choices.map(({ name }: { name: string }) => name).sort()).toEqual([
      'Ada',
      'Bob',
    ]);
    const customerId = globalId('Customer', ada.id);
    const second = await visitor.data(confirm, { input: { ...input, customerId } });
    expect(second.confirmSignIn.customer).toEqual({ name: 'Ada' });
  });

  it('says the same of a wrong code, an unknown address and an invented token', async () => {
    const ada = await merchant.customer();
    const visitor = api.client({ headers: { 'x-portal': merchant.slug } });
    await visitor.data(requestLink, {
      input: { portalSlug: merchant.slug, email: ada.row.email },
    });
    await api.drain();
    const { code } = secretsOf((await ada.mails())[0]!);
    const wrong = code === '123456' ? '123457' : '123456';
    for (const input of [
      { email: ada.row.email, code: wrong },
      { email: 'nobody@example.com', code: wrong },
      { token: 'invented' },
    ]) {
      const answer = await visitor.data(confirm, {
        input: { portalSlug: merchant.slug, ...input },
      });
      expect(answer.confirmSignIn).toEqual({
        __typename: 'SignInLinkError',
        code: 'SIGN_IN_LINK_INVALID',
      });
    }
  });

  it('ends with signing out: the cookie goes, and its value opens nothing any more', async () => {
    const ada = await merchant.customer();
    const portal = await api.customer(merchant, ada);
    const whoAmI = async () => (await portal.data('{ viewer { kind } }')).viewer.kind;
    expect(await whoAmI()).toBe('CUSTOMER');
    const answer = await portal.request('mutation { signOutOfPortal { portalSlug } }');
    expect(answer.data.signOutOfPortal).toEqual({ portalSlug: merchant.slug });
    const [cookie] = answer.headers.getSetCookie();
    expect(cookie).toMatch(new RegExp(`^portal_session_${merchant.slug}=; `));
    expect(Date.parse(/Expires=([^;]+)/.exec(cookie!)![1]!)).toBeLessThan(Date.now());
    expect(await whoAmI()).toBe('ANONYMOUS');
    const fresh = api.client({ headers: { 'x-portal': merchant.slug } });
    expect(await fresh.data('mutation { signOutOfPortal { portalSlug } }')).toEqual({
      signOutOfPortal: null,
    });
  });

  it('ends in every open window as one of them signs out', async () => {
    const ada = await merchant.customer();
    const portal = await api.customer(merchant, ada);
    const otherWindow = portal.live('subscription { customerBilling { name } }');
    await otherWindow.next();
    await portal.data('mutation { signOutOfPortal { portalSlug } }');
    const { errors } = await otherWindow.next();
    expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
    await expect(otherWindow.next()).rejects.toThrow();
    expect(await otherWindow.ended).toBe(4401);
  });

  it('of one portal and a staff session live in one browser without mixing', async () => {
    const other = await api.seed.merchant();
    const ada = await merchant.customer();
    const eve = await other.customer();
    const staff = await api.staff(merchant);
    const [here, there] = [await api.customer(merchant, ada), await api.customer(other, eve)];
    const cookie = [staff, here, there].map(({ headers }) => headers['cookie']).join('; ');
    const who = async (headers: Record<string, string>) => {
      const client = api.client({ headers: { cookie, ...headers } });
      const { viewer } = await client.data('{ viewer { kind customer { name } } }');
      return [viewer.kind, viewer.customer?.name];
    };
    expect(await who({})).toEqual(['STAFF', undefined]);
    expect(await who({ 'x-portal': merchant.slug })).toEqual(['CUSTOMER', ada.row.name]);
    expect(await who({ 'x-portal': other.slug })).toEqual(['CUSTOMER', eve.row.name]);
    expect(await who({ 'x-portal': 'no-such-portal' })).toEqual(['ANONYMOUS', undefined]);
    const { key } = await merchant.apiKey(['merchant:read']);
    expect(await who({ authorization: `Bearer ${key}` })).toEqual(['API_KEY', undefined]);
    const wrong = api.client({ headers: { cookie, authorization: 'Bearer wrong' } });
    expect((await wrong.request('{ viewer { kind } }')).status).toBe(401);
  });
});

describe('the staff session', () => {
  const signIn = (email: string, password: string, headers: Record<string, string> = {}) =>
    api.client().fetch('/auth/sign-in/email', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: api.url, ...headers },
      body: JSON.stringify({ email, password }),
    });

  it('needs the password, and says the same of a wrong one and an unknown address', async () => {
    await api.app.staffAuth.createStaffUser({
      name: 'Olivia',
      email: 'olivia@staff.example',
      password: staffPassword,
    });
    const wrong = await signIn('olivia@staff.example', 'not the password');
    const unknown = await signIn('nobody@staff.example', 'not the password');
    expect(wrong.status).toBe(401);
    expect(unknown.status).toBe(401);
    expect(await wrong.json()).toEqual(await unknown.json());
    expect(wrong.headers.getSetCookie()).toEqual([]);
    const right = await signIn('Olivia@staff.example', staffPassword);
    expect(right.status).toBe(200);
    const cookie = right.headers.getSetCookie().find((each) => each.includes('session_token='));
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Lax');
    // Signed in, but nobody's staff: nothing opens.
    const client = api.client({ headers: { cookie: cookiesOf(right) } });
    expect((await client.data('{ viewer { kind } }')).viewer.kind).toBe('ANONYMOUS');
  });

  it('cannot be begun from another site, nor by signing up', async () => {
    const evil = await signIn('olivia@staff.example', staffPassword, {
      origin: 'https://evil.example',
    });
    expect(evil.status).toBe(403);
    expect(api.takeLoggedErrors().join('')).toContain('Invalid origin');
    const signUp = await api.client().fetch('/auth/sign-up/email', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: api.url },
      body: JSON.stringify({ name: 'Eve', email: 'eve@evil.example', password: staffPassword }),
    });
    expect(signUp.status).toBeGreaterThanOrEqual(400);
    expect(await api.app.database.staffUser.count({ where: { email: 'eve@evil.example' } })).toBe(
      0,
    );
  });

  it('ends with signing out, and with the role', async () => {
    const staff = await api.staff(merchant, 'ADMIN');
    const kind = async () => (await staff.data('{ viewer { kind } }')).viewer.kind;
    expect(await kind()).toBe('STAFF');
    const left = await staff.fetch('/auth/sign-out', {
      method: 'POST',
      headers: { origin: api.url, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(left.status).toBe(200);
    expect(await kind()).toBe('ANONYMOUS');

    const support = await api.staff(merchant, 'SUPPORT');
    await api.app.database.staffMember.deleteMany({ where: { role: 'SUPPORT' } });
    expect((await support.data('{ viewer { kind } }')).viewer.kind).toBe('ANONYMOUS');
  });
});

describe('a secret', () => {
  it('of a key or a session is kept only as a hash', async () => {
    const { key } = await merchant.apiKey(['customers:read']);
    const ada = await merchant.customer();
    const portal = await api.customer(merchant, ada);
    const session = portal.headers['cookie']!.split('=')[1]!;
    const rows = await api.database.sql<{ row: string }>(
      `select t::text as row from "ApiKey" t union all select t::text from "PortalSession" t`,
    );
    for (const { row } of rows) {
      expect(row).not.toContain(key);
      expect(row).not.toContain(session);
    }
    for (const line of api.logLines) {
      expect(line).not.toContain(key);
      expect(line).not.toContain(session);
      expect(line).not.toContain(staffPassword);
    }
  });
});
