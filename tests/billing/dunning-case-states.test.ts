/** Walks every cell of the table of cases in docs/dunning.md by what really happens to an invoice. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { creditInvoice } from '@4geeks/billing/credit-note/credit-invoice';
import { markInvoiceUncollectible } from '@4geeks/billing/invoice/mark-invoice-uncollectible';
import { requestInvoiceCollection } from '@4geeks/billing/invoice/request-invoice-collection';
import { voidInvoice } from '@4geeks/billing/invoice/void-invoice';
import { cancelSubscription } from '@4geeks/billing/subscription/cancel-subscription';
import { describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import type { SeededCustomer } from '../testkit/seed.ts';

const t = await testBilling();
// The final action leaves subscriptions past due.
const merchant = await t.seed.merchant();
const { system } = merchant;

const states = ['open', 'lost', 'recovered'] as const;
type State = (typeof states)[number];

interface Scene {
  ada: SeededCustomer;
  invoiceId: string;
  subscriptionId: string;
}

const useUpRetries = async () => {
  for (const days of [3, 5, 7]) await t.travel({ days });
};

const pay = async ({ ada, invoiceId }: Scene) => {
  // Entering it collects nothing yet: it becomes the default, and then the invoice is asked for.
  await ada.enterCard('visa', { makeDefault: true });
  await t.drain();
  const { status } = await t.billing.database.invoice.findUniqueOrThrow({
    where: { id: invoiceId },
  });
  if (status === 'OPEN') await requestInvoiceCollection(t.billing, system, { invoiceId });
};

async function caseThatIs(state: State): Promise<Scene> {
  const ada = await merchant.customer({ card: 'visa_insufficient_funds' });
  const { id: subscriptionId } = await ada.subscription({ interval: 'YEAR' });
  await t.drain();
  const scene = { ada, subscriptionId, invoiceId: (await ada.invoices())[0]!.id };
  if (state === 'lost') await useUpRetries();
  if (state === 'recovered') await pay(scene);
  await t.drain();
  return scene;
}

const happens: Record<string, (scene: Scene, state: State) => Promise<unknown>> = {
  paid: (scene, state) =>
    state === 'recovered' ? requestInvoiceCollection(t.billing, system, scene) : pay(scene),
  'credited in full': ({ invoiceId }) =>
    creditInvoice(t.billing, system, { invoiceId, amountMinor: 4900n, reason: 'Goodwill' }),
  voided: ({ invoiceId }) => voidInvoice(t.billing, system, { invoiceId }),
  'given up': ({ invoiceId }) => markInvoiceUncollectible(t.billing, system, { invoiceId }),
  'subscription canceled': ({ subscriptionId }) =>
    cancelSubscription(t.billing, system, { subscriptionId, when: 'NOW' }),
  'final action': useUpRetries,
};

const documented = new Map(
  readFileSync(join(import.meta.dirname, '../../docs/dunning.md'), 'utf8')
    .split('\n## ')
    .find((section) => section.startsWith('How it ends'))!
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
    .map((cells) => [cells[1]!, cells.slice(2, 5)] as const),
);

async function stateOf({ invoiceId }: Scene): Promise<State> {
  const { recoveredAt, lostAt } = await t.billing.database.dunningCase.findUniqueOrThrow({
    where: { invoiceId },
  });
  if (recoveredAt) return 'recovered';
  // In grace, the end is written down ahead of time.
  return lostAt && lostAt <= t.clock.now() ? 'lost' : 'open';
}

it('the docs name everything that happens', () => {
  expect([...documented.keys()]).toEqual(Object.keys(happens));
});

describe.each([...states.entries()])('%i: a case that is %s', (index, state) => {
  it.each(Object.keys(happens))('%s', async (what) => {
    const written = documented.get(what)![index]!;
    const scene = await caseThatIs(state);
    expect(await stateOf(scene)).toBe(state);
    const read = () =>
      t.billing.database.dunningCase.findUniqueOrThrow({ where: { invoiceId: scene.invoiceId } });
    const before = await read();
    const happening = happens[what]!(scene, state);
    if (/^[A-Z_]+$/.test(written)) await expect(happening).rejects.toMatchObject({ code: written });
    else await happening;
    await t.drain();
    if (written === '=' || /^[A-Z_]+$/.test(written)) expect(await read()).toEqual(before);
    else expect(await stateOf(scene)).toBe(written);
  });
});
