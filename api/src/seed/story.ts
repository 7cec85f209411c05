/**
 * Who the demo merchant and its customers are. Data only: `seed-demo.ts` lives it through, month by
 * month, with the use cases everybody else calls.
 */
import type { Locale } from '@4geeks/prisma';
import type { TestCardAlias } from '../adapters/gateway/sandbox/test-cards.ts';
import type { PriceName } from './catalog.ts';

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

export interface CustomerStory {
  name: string;
  email: string;
  locale: Locale;
  address: string;
  country: string;
  plan: PriceName;
  quantity?: number;
  /** Bought beside the plan. */
  also?: { plan: PriceName; quantity: number }[];
  /** Periods begin on this day of the month; without one, on the day it began. */
  billingDay?: number;
  /** Months before today that the subscription began ... */
  monthsAgo: number;
  /** ... and minutes before this moment of that day: how long ago the newest renewal was. */
  minutesAgo: number;
  card: TestCardAlias | null;
  /** The card's last month is the one before today's: every renewal but the newest went through. */
  cardExpiredLastMonth?: boolean;
  /** Months after the start in which a card that declines was in use, until it was replaced. */
  declinedInMonth?: number;
  /** Months after the start from which on a card without funds is in use. */
  failsFromMonth?: number;
  /** Months after the start that the customer cancelled at period end. */
  cancelsInMonth?: number;
}

const day = 24 * 60;

/** Minutes of so many days. */
export const byDay = (days: number): number => days * day;

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
];
