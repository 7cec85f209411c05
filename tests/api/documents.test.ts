import { extractText, getDocumentProxy } from 'unpdf';
import { describe, expect, it } from 'vitest';

import { testApi } from '../testkit/api.ts';

const api = await testApi();
const merchant = await api.seed.merchant({ name: 'Źródło S.A.' });

async function textOf(response: Response): Promise<string> {
  const document = await getDocumentProxy(new Uint8Array(await response.arrayBuffer()));
  const { text } = await extractText(document, { mergePages: true });
  return text;
}

describe('an invoice as PDF', () => {
  it('carries names, addresses and amounts in every script we print, as text', async () => {
    const ada = await merchant.customer({
      name: 'Żaneta Łukaszewicz-Ćwik',
      locale: 'de',
      address: 'ul. Piotrkowska 104\n90-926 Łódź',
    });
    await ada.subscription({ amountMinor: 123456n });
    await api.drain();
    const [invoice] = await ada.invoices();
    const portal = await api.customer(merchant, ada);
    const pdf = await portal.fetch(`/invoices/${invoice!.id}/pdf?portal=${merchant.slug}`);
    expect(pdf.status).toBe(200);
    expect(pdf.headers.get('content-type')).toBe('application/pdf');
    expect(pdf.headers.get('content-disposition')).toBe(
      `attachment; filename="${invoice!.number}.pdf"`,
    );
    expect(pdf.headers.get('cache-control')).toContain('no-store');
    const text = (await textOf(pdf)).replace(/\s+/g, ' ');
    for (const part of [
      'Łódź',
      'Żaneta Łukaszewicz-Ćwik',
      'Źródło S.A.',
      'Rechnung',
      invoice!.number!,
      '1.234,56',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('keeps who was billed, whatever the profile says today', async () => {
    const ada = await merchant.customer({ name: 'Ada before' });
    await ada.subscription();
    await api.drain();
    await api.app.database.customer.update({ where: { id: ada.id }, data: { name: 'Ada after' } });
    const staff = await api.staff(merchant);
    const [invoice] = await ada.invoices();
    const text = await textOf(await staff.fetch(`/invoices/${invoice!.id}/pdf`));
    expect(text).toContain('Ada before');
    expect(text).not.toContain('Ada after');
  });

  it('sends whoever is not signed in to where one signs in', async () => {
    const ada = await merchant.customer();
    await ada.subscription();
    const [invoice] = await ada.invoices();
    const get = (query: string, headers = {}) =>
      api.client().fetch(`/invoices/${invoice!.id}/pdf${query}`, { headers });
    const portal = await get(`?portal=${merchant.slug}`);
    expect([portal.status, portal.headers.get('location')]).toEqual([
      303,
      `/p/${merchant.slug}/sign-in`,
    ]);
    const console_ = await get('');
    expect([console_.status, console_.headers.get('location')]).toEqual([303, '/console/sign-in']);
    const key = await get('', { authorization: 'Bearer test_wrong' });
    expect(key.status).toBe(401);
    expect((await api.client().fetch('/invoices/x/pdf')).status).toBe(404);
    await api.drain();
  });
});

describe('the mailbox', () => {
  it('reads mails as JSON, newest first, and filters them', async () => {
    const ada = await merchant.customer();
    await ada.subscription();
    await api.drain();
    const read = async (query: string) =>
      (await (await api.client().fetch(`/mailbox.json${query}`)).json()) as {
        to: { address: string };
        tag: string;
        html: string;
        text: string;
      }[];
    const mails = await read(`?to=${encodeURIComponent(ada.row.email.toUpperCase())}`);
    expect(mails.map(({ tag }) => tag).sort()).toEqual(['invoice-created', 'payment-receipt']);
    for (const mail of mails) {
      expect(mail.to.address).toBe(ada.row.email);
      expect(mail.html).toContain('<html');
      expect(mail.text.length).toBeGreaterThan(50);
    }
    expect(await read(`?to=${ada.row.email}&tag=payment-receipt`)).toHaveLength(1);
    expect(await read('?limit=1')).toHaveLength(1);
  });

  it('shows mails as pages that run nothing of theirs', async () => {
    const list = await api.client().fetch('/mailbox');
    expect(list.status).toBe(200);
    expect(await list.text()).toContain('payment-receipt');
    const [mail] = await api.app.outbox.list({ limit: 1 });
    const page = await api.client().fetch(`/mailbox/${mail!.id}`);
    expect(page.status).toBe(200);
    const framed = await api.client().fetch(`/mailbox/${mail!.id}.html`);
    expect(framed.headers.get('content-security-policy')).toContain('sandbox');
    expect((await api.client().fetch('/mailbox/999999')).status).toBe(404);
  });
});
