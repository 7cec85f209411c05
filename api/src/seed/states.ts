/**
 * Customers with whom something happened beyond renewing: together with `story.ts` every state of a
 * subscription, an invoice and a recovery is seen somewhere. A test names them all.
 */
import { creditInvoice } from '@4geeks/billing/credit-note/credit-invoice';
import { updateCustomer } from '@4geeks/billing/customer/update-customer';
import { applyCoupon } from '@4geeks/billing/discount/apply-coupon';
import { updateDunningPolicy } from '@4geeks/billing/dunning-policy/update-dunning-policy';
import { addInvoiceLine } from '@4geeks/billing/invoice/add-invoice-line';
import { createInvoice } from '@4geeks/billing/invoice/create-invoice';
import { finalizeInvoice } from '@4geeks/billing/invoice/finalize-invoice';
import { markInvoiceUncollectible } from '@4geeks/billing/invoice/mark-invoice-uncollectible';
import { voidInvoice } from '@4geeks/billing/invoice/void-invoice';
import { archivePrice } from '@4geeks/billing/product/archive-price';
import { archiveProduct } from '@4geeks/billing/product/archive-product';
import { refundPayment } from '@4geeks/billing/refund/refund-payment';
import { changeSubscription } from '@4geeks/billing/subscription/change-subscription';
import { pauseSubscription } from '@4geeks/billing/subscription/pause-subscription';
import { daysAfter, monthsBefore } from './calendar.ts';
import { loyaltyCode } from './catalog.ts';
import { byDay, type CustomerStory } from './story.ts';
import { subscriber, type DemoContext, type Step, type Subscriber } from './subscriber.ts';

/** A customer, and what happens to them: days before today. */
interface StateStory {
  customer: CustomerStory;
  then(context: DemoContext, self: Subscriber): { daysAgo: number; run(): Promise<unknown> }[];
}

const stories: StateStory[] = [
  {
    // Paused over the winter: goes on by itself.
    customer: {
      name: 'Praia Norte Surf School',
      email: 'ola@praianorte-surf.example',
      locale: 'pt',
      address: 'Praia Norte Surf School\nAvenida Marginal 12\n2450-106 Nazaré\nPortugal',
      country: 'PT',
      plan: 'starter',
      monthsAgo: 4,
      minutesAgo: byDay(14),
      card: 'visa',
    },
    then: ({ history: { billing }, system, now }, self) => [
      {
        daysAgo: 10,
        run: () =>
          pauseSubscription(billing, system, {
            subscriptionId: self.subscriptionId,
            resumesAt: daysAfter(now, 75),
          }),
      },
    ],
  },
  {
    // Every retry failed, so it is unpaid; the invoice was given up. A recovery that was lost.
    customer: {
      name: 'Brandt Messebau',
      email: 'karl@brandt-messebau.example',
      locale: 'de',
      address: 'Brandt Messebau\nHafenstraße 61\n24103 Kiel\nDeutschland',
      country: 'DE',
      plan: 'team',
      quantity: 2,
      monthsAgo: 6,
      minutesAgo: byDay(3),
      card: 'visa',
      failsFromMonth: 2,
    },
    then: ({ history: { billing }, system }, self) => [
      {
        daysAgo: 65,
        async run() {
          const invoice = await billing.database.invoice.findFirstOrThrow({
            where: { customerId: self.customerId, status: 'OPEN' },
          });
          await markInvoiceUncollectible(billing, system, { invoiceId: invoice.id });
        },
      },
    ],
  },
  {
    // Several items; seats taken out in the middle of a month left a balance, and more are to go.
    customer: {
      name: 'Moretti & Figli',
      email: 'bianca@moretti-figli.example',
      locale: 'it',
      address: 'Moretti & Figli S.r.l.\nVia dei Cappellari 9\n20123 Milano\nItalia',
      country: 'IT',
      plan: 'team',
      quantity: 8,
      also: [{ plan: 'auditLog', quantity: 1 }],
      monthsAgo: 3,
      minutesAgo: byDay(12),
      card: 'visa',
    },
    then({ history: { billing }, system, catalog: { prices } }, self) {
      const change = (seats: number, when: 'NOW' | 'PERIOD_END') =>
        changeSubscription(billing, system, {
          subscriptionId: self.subscriptionId,
          items: [{ priceId: prices.team, quantity: seats }, { priceId: prices.auditLog }],
          when,
        });
      return [
        { daysAgo: 4, run: () => change(6, 'NOW') },
        { daysAgo: 2, run: () => change(5, 'PERIOD_END') },
      ];
    },
  },
  {
    // Invoices beside the subscription: a workshop paid with tax, one voided, one to be paid by transfer and
    // one that is being drafted; part of what was paid went back.
    customer: {
      name: 'Lindqvist Arkitektur',
      email: 'billing@lindqvist-arkitektur.example',
      locale: 'en',
      address: 'Lindqvist Arkitektur AB\nSkeppsbron 18\n111 30 Stockholm\nSweden',
      country: 'SE',
      plan: 'teamYearly',
      quantity: 4,
      monthsAgo: 5,
      minutesAgo: byDay(1),
      card: 'mastercard',
    },
    then({ history: { billing }, system, catalog: { prices }, now }, self) {
      const { database } = billing;
      async function draftWorkshop(memo: string): Promise<string> {
        const { customerId } = self;
        const { id: invoiceId } = await createInvoice(billing, system, { customerId, memo });
        await addInvoiceLine(billing, system, {
          invoiceId,
          priceId: prices.workshop,
          quantity: 1,
        });
        return invoiceId;
      }
      return [
        {
          daysAgo: 120,
          run: async () =>
            finalizeInvoice(billing, system, {
              invoiceId: await draftWorkshop('Workshop in Stockholm'),
            }),
        },
        {
          daysAgo: 100,
          async run() {
            const { id: invoiceId } = await database.invoice.findFirstOrThrow({
              where: { customerId: self.customerId, subscriptionId: null, status: 'PAID' },
            });
            await creditInvoice(billing, system, {
              invoiceId,
              amountMinor: 9000n,
              reason: 'The workshop began an hour late.',
            });
          },
        },
        {
          daysAgo: 96,
          async run() {
            const payment = await database.payment.findFirstOrThrow({
              where: { customerId: self.customerId, status: 'SUCCEEDED' },
              orderBy: { createdAt: 'asc' },
            });
            await refundPayment(billing, system, {
              paymentId: payment.id,
              amountMinor: 4800n,
              reason: 'Goodwill for the outage in spring',
            });
          },
        },
        {
          // A business abroad, it turns out: from now on it owes the tax itself.
          daysAgo: 30,
          run: () =>
            updateCustomer(billing, system, {
              customerId: self.customerId,
              taxId: 'SE556677889901',
              taxExemption: 'REVERSE_CHARGE',
            }),
        },
        {
          daysAgo: 20,
          async run() {
            const invoiceId = await draftWorkshop('Second workshop');
            await finalizeInvoice(billing, system, { invoiceId, collect: false });
            await voidInvoice(billing, system, { invoiceId });
          },
        },
        {
          daysAgo: 6,
          run: async () =>
            finalizeInvoice(billing, system, {
              invoiceId: await draftWorkshop('Second workshop, to be paid by bank transfer'),
              dueAt: daysAfter(now, 24),
              collect: false,
            }),
        },
        { daysAgo: 1, run: () => draftWorkshop('Third workshop, date to be agreed') },
      ];
    },
  },
  {
    // On what is no longer sold: a product of old times, billed on the first of the month, with a
    // discount for staying.
    customer: {
      name: 'Old Mill Books',
      email: 'hello@oldmillbooks.example',
      locale: 'en',
      address: 'Old Mill Books\n3 Weir Street\nHebden Bridge HX7 8AH\nUnited Kingdom',
      country: 'GB',
      plan: 'hosting',
      billingDay: 1,
      monthsAgo: 7,
      minutesAgo: byDay(8),
      card: 'visa_debit',
    },
    then: ({ history: { billing }, system, catalog }, self) => [
      {
        daysAgo: 150,
        run: () => archiveProduct(billing, system, { productId: catalog.hostingProductId }),
      },
      {
        daysAgo: 100,
        run: () =>
          applyCoupon(billing, system, {
            subscriptionId: self.subscriptionId,
            code: loyaltyCode,
          }),
      },
    ],
  },
  {
    // Keeps a price of before.
    customer: {
      name: 'Estudio Roldán',
      email: 'ines@estudio-roldan.example',
      locale: 'es',
      address: 'Estudio Roldán\nCalle Mayor 44\n50001 Zaragoza\nEspaña',
      country: 'ES',
      plan: 'teamBefore',
      quantity: 3,
      monthsAgo: 8,
      minutesAgo: byDay(17),
      card: 'mastercard',
    },
    then: ({ history: { billing }, system, catalog: { prices } }) => [
      { daysAgo: 200, run: () => archivePrice(billing, system, { priceId: prices.teamBefore }) },
    ],
  },
];

export function stepsOfStates(context: DemoContext): Step[] {
  const { history, system, now } = context;
  const customers = stories.flatMap(({ customer, then }) => {
    const self = subscriber(context, customer);
    const later = then(context, self).map(({ daysAgo, run }) => ({
      at: daysAfter(now, -daysAgo),
      run: async () => void (await run()),
    }));
    return [...self.steps, ...later];
  });
  // Until then a subscription that stayed unpaid was marked so; since then it is left past due.
  const policy: Step = {
    at: monthsBefore(now, 1),
    run: async () =>
      void (await updateDunningPolicy(history.billing, system, { finalAction: 'LEAVE_PAST_DUE' })),
  };
  return [...customers, policy];
}
