/** What the demo merchant sells, sold, and no longer sells. */
import type { SystemViewer } from '@4geeks/billing/access/viewer';
import { createCoupon } from '@4geeks/billing/coupon/create-coupon';
import type { Billing } from '@4geeks/billing/ports';
import { createPrice, type CreatePriceInput } from '@4geeks/billing/product/create-price';
import { createProduct, type CreateProductInput } from '@4geeks/billing/product/create-product';
import { setPriceTaxRate } from '@4geeks/billing/product/set-price-tax-rate';
import { createTaxRate } from '@4geeks/billing/tax/create-tax-rate';

interface DemoProduct extends CreateProductInput {
  prices: Record<string, Omit<CreatePriceInput, 'productId' | 'currency'>>;
}

const products = [
  {
    name: 'Starter',
    description: 'One project, daily backups.',
    translations: [
      { locale: 'es', name: 'Inicial' },
      { locale: 'de', name: 'Einstieg' },
      { locale: 'pt', name: 'Inicial' },
      { locale: 'it', name: 'Base' },
    ],
    prices: { starter: { unitAmountMinor: 1900n, interval: 'MONTH' } },
  },
  {
    name: 'Team seat',
    description: 'Unlimited projects for one team member.',
    translations: [
      { locale: 'es', name: 'Puesto de equipo' },
      { locale: 'de', name: 'Team-Platz' },
      { locale: 'pt', name: 'Lugar de equipe' },
      { locale: 'it', name: 'Postazione team' },
    ],
    prices: {
      teamBefore: {
        unitAmountMinor: 2200n,
        interval: 'MONTH',
        nickname: 'Monthly, until last year',
      },
      team: { unitAmountMinor: 2400n, interval: 'MONTH', nickname: 'Monthly' },
      teamYearly: {
        unitAmountMinor: 24_000n,
        interval: 'YEAR',
        nickname: 'Yearly, two months free',
      },
    },
  },
  {
    name: 'Starter with trial',
    description: 'Starter, free for the first 14 days.',
    translations: [{ locale: 'it', name: 'Base con prova' }],
    prices: { trial: { unitAmountMinor: 1900n, interval: 'MONTH', trialDays: 14 } },
  },
  {
    name: 'Business, yearly',
    description: 'Everything, with an audit log and support by phone.',
    translations: [{ locale: 'de', name: 'Business, jährlich' }],
    prices: { business: { unitAmountMinor: 118_800n, interval: 'YEAR' } },
  },
  {
    name: 'Audit log',
    description: 'Who did what, kept for seven years.',
    translations: [
      { locale: 'de', name: 'Prüfprotokoll' },
      { locale: 'it', name: 'Registro delle attività' },
    ],
    prices: { auditLog: { unitAmountMinor: 1500n, interval: 'MONTH' } },
  },
  {
    name: 'Onboarding workshop',
    description: 'Half a day with one of our engineers.',
    translations: [
      { locale: 'es', name: 'Taller de puesta en marcha' },
      { locale: 'de', name: 'Einführungsworkshop' },
      { locale: 'pt', name: 'Oficina de integração' },
      { locale: 'it', name: 'Workshop di avvio' },
    ],
    prices: { workshop: { type: 'ONE_TIME', unitAmountMinor: 45_000n } },
  },
  {
    name: 'Shared hosting',
    description: 'The hosting we began with. No longer sold.',
    prices: { hosting: { unitAmountMinor: 900n, interval: 'MONTH' } },
  },
] as const satisfies readonly DemoProduct[];

/** Of the coupon for customers of old times. */
export const loyaltyCode = 'LOYAL15';

type NamesOf<Product> = Product extends { prices: infer Prices } ? keyof Prices : never;

export type PriceName = NamesOf<(typeof products)[number]>;

export interface Catalog {
  /** Price ids by name. */
  prices: Record<PriceName, string>;
  /** The product that is archived in the course of the year. */
  hostingProductId: string;
}

export async function createCatalog(
  billing: Billing,
  system: SystemViewer,
  currency: string,
): Promise<Catalog> {
  const prices: Partial<Record<PriceName, string>> = {};
  let hostingProductId = '';
  for (const { prices: terms, ...text } of products) {
    const { id: productId } = await createProduct(billing, system, text);
    for (const [name, term] of Object.entries(terms as DemoProduct['prices'])) {
      const { id } = await createPrice(billing, system, { ...term, productId, currency });
      prices[name as PriceName] = id;
    }
    if ('hosting' in terms) hostingProductId = productId;
  }
  // The workshop is taxed where it is held; everything else is sold without.
  const vat = await createTaxRate(billing, system, {
    name: 'VAT',
    ratePpm: 210_000,
    inclusive: false,
    country: 'ES',
  });
  const catalog = { prices: prices as Record<PriceName, string>, hostingProductId };
  const { workshop: priceId } = catalog.prices;
  await setPriceTaxRate(billing, system, { priceId, taxRateId: vat.id });
  await createCoupon(billing, system, {
    code: loyaltyCode,
    name: 'Thank you for staying',
    percentOffBps: 1500,
    duration: 'REPEATING',
    durationMonths: 12,
    maxRedemptions: 50,
  });
  return catalog;
}
