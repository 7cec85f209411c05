/**
 * Customers whose bank has something to say: debits that settle later, disputes, a payment to be
 * confirmed, a card that expires soon.
 */
import { byDay, type CustomerStory } from './story.ts';

export const customersOfBanks: CustomerStory[] = [
  {
    name: 'Brandt Orgelbau',
    email: 'kasse@brandt-orgelbau.example',
    locale: 'de',
    address: 'Brandt Orgelbau GmbH\nAm Silberberg 3\n09599 Freiberg\nDeutschland',
    country: 'DE',
    plan: 'team',
    quantity: 4,
    monthsAgo: 6,
    minutesAgo: byDay(3),
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
    minutesAgo: byDay(8),
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
    minutesAgo: byDay(0.5),
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
    minutesAgo: byDay(7),
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
    minutesAgo: byDay(10),
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
    minutesAgo: byDay(12),
    card: 'visa',
    cardExpiresThisMonth: true,
  },
];
