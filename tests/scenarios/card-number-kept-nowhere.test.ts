import {
  accountNumberOf,
  testAccount,
  type TestAccountAlias,
} from '@4geeks/api/adapters/gateway/sandbox/test-accounts';
import { testCard, type TestCardAlias } from '@4geeks/api/adapters/gateway/sandbox/test-cards';
import { expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import { expectNowhere, findCardNumber } from '../testkit/nowhere.ts';

const typed: TestCardAlias[] = [
  'visa',
  'amex',
  'visa_declined',
  'visa_declines_on_charge',
  'visa_3ds',
];

const typedAccounts: TestAccountAlias[] = [
  'sepa',
  'sepa_insufficient_funds',
  'sepa_returned',
  'us',
  'us_no_account',
];

it('a card or account number that was typed is kept in no table, log, mail, event or job', async () => {
  const t = await testBilling();
  const merchant = await t.seed.merchant();
  const ada = await merchant.pastDueCustomer();
  for (const card of typed) {
    await ada.enterCard(card).catch(() => {});
    await t.drain();
  }
  for (const account of typedAccounts) {
    await ada.enterAccount(account);
    await t.drain();
    await t.travel({ days: 4 });
  }
  // A job that fails with the card's token at hand leaves its error behind; so must it not.
  t.faults.beforeRequest = () => {
    throw new Error(`refused ${testCard('visa').number}, ${accountNumberOf(testAccount('sepa'))}`);
  };
  await ada.enterCard('visa').catch(() => {});
  await t.drainWithFailures();
  delete t.faults.beforeRequest;
  await t.travel({ days: 40 });

  expect(await ada.charges()).not.toEqual([]);
  const texts = [
    ...t.logLines,
    ...t.published.map((event) =>
      JSON.stringify(event, (_key, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      ),
    ),
  ];
  const numbers = [
    ...typed.map((card) => testCard(card).number),
    ...typedAccounts.map((account) => accountNumberOf(testAccount(account))),
  ];
  for (const number of numbers) {
    await expectNowhere(number, { databaseUrl: t.database.url, texts });
  }
});

it('the search finds a number in text, JSON, bytes and base64', async () => {
  const t = await testBilling();
  const number = testCard('visa').number;
  const hiding = [
    `insert into graphile_worker._private_known_crontabs values ('x ${number}', now(), now())`,
    `create table hidden as select jsonb_build_object('a', jsonb_build_array('4242 4242 4242 4242'))`,
    `create table hidden_bytes as select convert_to('x${number}', 'UTF8') as bytes`,
    `create table hidden_base64 as select encode(convert_to('ab${number}', 'UTF8'), 'base64') as text`,
  ];
  for (const [index, statement] of hiding.entries()) {
    await t.database.sql(statement);
    const found = await findCardNumber(number, { databaseUrl: t.database.url });
    expect(found).toHaveLength(index + 1);
  }
  const texts = ['nothing here', `{"number":"${number}"}`];
  const found = await findCardNumber(number, { databaseUrl: t.database.url, texts });
  expect(found[0]).toContain('text 1');
});
