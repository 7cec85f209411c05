/**
 * Who the demo merchant and its customers are. Data only: `seed-demo.ts` lives it through, month by
 * month, with the use cases everybody else calls.
 */
import type { BillingInterval, Locale } from '@4geeks/prisma';
import type { TestAccountAlias } from '../adapters/gateway/sandbox/test-accounts.ts';
import type { TestCardAlias } from '../adapters/gateway/sandbox/test-cards.ts';

export const merchantFacts = {
  name: 'Meridian Cloud',
  currency: 'EUR',
  locale: 'en',
  timeZone: 'Europe/Madrid',
  supportEmail: 'billing@meridian-cloud.example',
  address: 'Meridian Cloud S.L.\nCalle de Alcalá 127\n28009 Madrid\nSpain',
  taxId: 'ESB87654321',
  invoicePrefix: 'MER',
} as const;

export const primaryColor = '#0f766e';

export const staff = [
  { name: 'Olivia Ferrer', email: 'olivia@meridian-cloud.example', role: 'OWNER' },
  { name: 'Samuel Okafor', email: 'samuel@meridian-cloud.example', role: 'SUPPORT' },
  { name: 'Ana Duarte', email: 'ana@meridian-cloud.example', role: 'ANALYST' },
] as const;

interface Plan {
  name: string;
  description: string;
  translations: { locale: Locale; name: string }[];
  unitAmountMinor: bigint;
  interval: BillingInterval;
  trialDays?: number;
  /** Default: the merchant's. */
  currency?: string;
}

export const plans = {
  starter: {
    name: 'Starter',
    description: 'One project, daily backups.',
    translations: [
      { locale: 'es', name: 'Inicial' },
      { locale: 'de', name: 'Einstieg' },
      { locale: 'pt', name: 'Inicial' },
      { locale: 'it', name: 'Base' },
    ],
    unitAmountMinor: 1900n,
    interval: 'MONTH',
  },
  team: {
    name: 'Team seat',
    description: 'Unlimited projects for one team member.',
    translations: [
      { locale: 'es', name: 'Puesto de equipo' },
      { locale: 'de', name: 'Team-Platz' },
      { locale: 'pt', name: 'Lugar de equipe' },
      { locale: 'it', name: 'Postazione team' },
    ],
    unitAmountMinor: 2400n,
    interval: 'MONTH',
  },
  trial: {
    name: 'Starter with trial',
    description: 'Starter, free for the first 14 days.',
    translations: [{ locale: 'it', name: 'Base con prova' }],
    unitAmountMinor: 1900n,
    interval: 'MONTH',
    trialDays: 14,
  },
  business: {
    name: 'Business, yearly',
    description: 'Everything, with an audit log and support by phone.',
    translations: [{ locale: 'de', name: 'Business, jährlich' }],
    unitAmountMinor: 118_800n,
    interval: 'YEAR',
  },
  starterUs: {
    name: 'Starter, billed in US dollars',
    description: 'One project, daily backups.',
    translations: [],
    unitAmountMinor: 2100n,
    interval: 'MONTH',
    currency: 'USD',
  },
} satisfies Record<string, Plan>;

export interface CustomerStory {
  name: string;
  email: string;
  locale: Locale;
  address: string;
  country: string;
  plan: keyof typeof plans;
  quantity?: number;
  /** Months before today that the subscription began ... */
  monthsAgo: number;
  /** ... and minutes before this moment of that day: how long ago the newest renewal was. */
  minutesAgo: number;
  card: TestCardAlias | null;
  /** A bank account that is debited instead. */
  account?: TestAccountAlias;
  /** The card's last month is today's: in the last 20 days of a month, it expires soon. */
  cardExpiresThisMonth?: boolean;
  /** The card's last month is the one before today's: every renewal but the newest went through. */
  cardExpiredLastMonth?: boolean;
  /** Months after the start in which a card that declines was in use, until it was replaced. */
  declinedInMonth?: number;
  /** Months after the start that the customer cancelled at period end. */
  cancelsInMonth?: number;
}

const day = 24 * 60;

export const customers: CustomerStory[] = [
  {
    // The one everything is about: expired card, renewal failed a quarter of an hour ago.
    name: 'Amelia Hart',
    email: 'amelia.hart@hart-ceramics.example',
    locale: 'en',
    address: 'Hart Ceramics\n14 Kiln Lane\nStoke-on-Trent ST1 4LW\nUnited Kingdom',
    country: 'GB',
    plan: 'team',
    quantity: 2,
    monthsAgo: 12,
    minutesAgo: 15,
    card: 'mastercard',
    cardExpiredLastMonth: true,
  },
  {
    name: 'Lucía Fernández Ortega',
    email: 'lucia@taller-fernandez.example',
    locale: 'es',
    address: 'Taller Fernández\nCarrer de la Pau 8\n46003 València\nEspaña',
    country: 'ES',
    plan: 'starter',
    monthsAgo: 11,
    minutesAgo: 9 * day,
    card: 'mastercard',
    declinedInMonth: 6,
  },
  {
    name: 'Jürgen Weißmüller',
    email: 'j.weissmueller@weissmueller-logistik.example',
    locale: 'de',
    address: 'Weißmüller Logistik GmbH\nSpeicherstraße 4\n20457 Hamburg\nDeutschland',
    country: 'DE',
    plan: 'business',
    monthsAgo: 12,
    minutesAgo: 20 * day,
    card: 'amex',
  },
  {
    name: 'Maria João Carvalho',
    email: 'mj.carvalho@atelier-carvalho.example',
    locale: 'pt',
    address: 'Atelier Carvalho\nRua das Flores 221\n4050-265 Porto\nPortugal',
    country: 'PT',
    plan: 'team',
    quantity: 5,
    monthsAgo: 9,
    minutesAgo: 4 * day,
    card: 'visa',
  },
  {
    name: 'Giulia Esposito',
    email: 'giulia.esposito@esposito-arredi.example',
    locale: 'it',
    address: 'Esposito Arredi\nVia Toledo 156\n80134 Napoli\nItalia',
    country: 'IT',
    plan: 'trial',
    monthsAgo: 0,
    minutesAgo: 5 * day,
    card: 'mastercard',
  },
  {
    name: 'Zakłady Optyczne Łódź Sp. z o.o.',
    email: 'ksiegowosc@optyka-lodz.example',
    locale: 'en',
    address: 'ul. Piotrkowska 88\n90-103 Łódź\nPolska',
    country: 'PL',
    plan: 'team',
    quantity: 12,
    monthsAgo: 8,
    minutesAgo: 13 * day,
    card: 'visa',
  },
  {
    name: 'The Royal Society for the Preservation of Very Long and Unabbreviated Company Names',
    email: 'accounts.payable.department@royal-society-for-long-names.example',
    locale: 'en',
    address: 'Lengthington House\n1 Extended Crescent\nLondon SW1A 2AA\nUnited Kingdom',
    country: 'GB',
    plan: 'starter',
    monthsAgo: 7,
    minutesAgo: 2 * day,
    card: 'visa_debit',
  },
  {
    name: 'Priya Raman',
    email: 'priya@ramanstudio.example',
    locale: 'en',
    address: 'Raman Studio\n22 Wharf Road\nBristol BS1 6UT\nUnited Kingdom',
    country: 'GB',
    plan: 'starter',
    monthsAgo: 6,
    minutesAgo: 16 * day,
    card: 'mastercard',
    cancelsInMonth: 6,
  },
  {
    name: 'Tomás Herrera',
    email: 'tomas@herrera-bicis.example',
    locale: 'es',
    address: 'Bicis Herrera\nCalle Betis 30\n41010 Sevilla\nEspaña',
    country: 'ES',
    plan: 'starter',
    monthsAgo: 10,
    minutesAgo: 23 * day,
    card: 'visa',
    cancelsInMonth: 3,
  },
  {
    // Two customers with one address: signing in asks which one.
    name: 'Northside Bakery',
    email: 'owner@northside.example',
    locale: 'en',
    address: 'Northside Bakery\n5 Hill Street\nLeeds LS2 9DF\nUnited Kingdom',
    country: 'GB',
    plan: 'starter',
    monthsAgo: 5,
    minutesAgo: 11 * day,
    card: 'visa',
  },
  {
    name: 'Northside Café',
    email: 'owner@northside.example',
    locale: 'en',
    address: 'Northside Café\n7 Hill Street\nLeeds LS2 9DF\nUnited Kingdom',
    country: 'GB',
    plan: 'team',
    quantity: 3,
    monthsAgo: 3,
    minutesAgo: 6 * day,
    card: 'mastercard',
  },
  {
    name: 'Brandt Orgelbau',
    email: 'kasse@brandt-orgelbau.example',
    locale: 'de',
    address: 'Brandt Orgelbau GmbH\nAm Silberberg 3\n09599 Freiberg\nDeutschland',
    country: 'DE',
    plan: 'team',
    quantity: 4,
    monthsAgo: 6,
    minutesAgo: 3 * day,
    card: null,
    account: 'sepa',
  },
  {
    name: 'Harbor Street Coffee',
    email: 'books@harborstreet.example',
    locale: 'en',
    address: 'Harbor Street Coffee\n410 Harbor Street\nPortland ME 04101\nUnited States',
    country: 'US',
    plan: 'starterUs',
    monthsAgo: 2,
    minutesAgo: 8 * day,
    card: null,
    account: 'us',
  },
  {
    // The bank takes its time: this debit stays in processing.
    name: 'Weingut Hollerbach',
    email: 'buero@weingut-hollerbach.example',
    locale: 'de',
    address: 'Weingut Hollerbach\nRebenweg 12\n67146 Deidesheim\nDeutschland',
    country: 'DE',
    plan: 'starter',
    monthsAgo: 0,
    minutesAgo: day / 2,
    card: null,
    account: 'sepa_stays',
  },
  {
    // The debit went through, and the bank returned it: a dispute that is lost from the beginning.
    name: 'Autoescola Ribeira',
    email: 'geral@autoescola-ribeira.example',
    locale: 'pt',
    address: 'Autoescola Ribeira\nCais da Ribeira 40\n4050-510 Porto\nPortugal',
    country: 'PT',
    plan: 'starter',
    monthsAgo: 0,
    minutesAgo: 7 * day,
    card: null,
    account: 'sepa_returned',
  },
  {
    // Disputes the payment: the merchant has two weeks to answer.
    name: 'Callum Reid',
    email: 'callum.reid@reid-climbing.example',
    locale: 'en',
    address: 'Reid Climbing\n3 Castle Terrace\nEdinburgh EH1 2DP\nUnited Kingdom',
    country: 'GB',
    plan: 'team',
    quantity: 2,
    monthsAgo: 0,
    minutesAgo: 10 * day,
    card: 'visa_disputed',
  },
  {
    // The bank wants the payment confirmed, and has been waiting since this morning.
    name: 'Chiara Marchetti',
    email: 'chiara@studio-marchetti.example',
    locale: 'it',
    address: 'Studio Marchetti\nVia Garibaldi 21\n16124 Genova\nItalia',
    country: 'IT',
    plan: 'starter',
    monthsAgo: 0,
    minutesAgo: 5 * 60,
    card: 'visa_3ds',
  },
  {
    name: 'Elena Prieto Sanz',
    email: 'elena@prieto-traduce.example',
    locale: 'es',
    address: 'Prieto Traduce\nCalle del Coso 90\n50001 Zaragoza\nEspaña',
    country: 'ES',
    plan: 'starter',
    monthsAgo: 4,
    minutesAgo: 12 * day,
    card: 'visa',
    cardExpiresThisMonth: true,
  },
];
