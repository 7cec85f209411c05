/**
 * The published test bank accounts and what the sandbox does with each. A debit is accepted first
 * and settles later; what differs is how. As with test cards, the alias is what the sandbox
 * remembers of an account.
 */

/** What becomes of a debit that was accepted. */
export type AccountBehaviour =
  | { kind: 'settles' }
  | { kind: 'fails'; declineCode: string }
  /** Settles; a moment later the account's holder disputes it. */
  | { kind: 'disputed'; reason: string }
  /** Settles; a moment later the bank returns it, and there is nothing to answer. */
  | { kind: 'returned'; reason: string }
  /** Never settles. */
  | { kind: 'stays' };

interface SepaAccount {
  type: 'SEPA_DEBIT';
  iban: string;
  bankName: string;
  behaviour: AccountBehaviour;
}

interface UsAccount {
  type: 'US_BANK_ACCOUNT';
  /** All test accounts are held at this bank. */
  routingNumber: '110000000';
  accountNumber: string;
  bankName: string;
  behaviour: AccountBehaviour;
}

type TestAccount = SepaAccount | UsAccount;

const settles: AccountBehaviour = { kind: 'settles' };
const fails = (declineCode: string): AccountBehaviour => ({ kind: 'fails', declineCode });

const sepa = (iban: string, behaviour: AccountBehaviour, bankName = 'Sandbox Bank') =>
  ({ type: 'SEPA_DEBIT', iban, bankName, behaviour }) as const;
const us = (accountNumber: string, behaviour: AccountBehaviour) =>
  ({
    type: 'US_BANK_ACCOUNT',
    routingNumber: '110000000',
    accountNumber,
    bankName: 'Sandbox Bank of America',
    behaviour,
  }) as const;

const accounts = {
  sepa: sepa('DE89370400440532013000', settles, 'Sandbox Bank Köln'),
  sepa_austria: sepa('AT611904300234573201', settles, 'Sandbox Bank Wien'),
  sepa_spain: sepa('ES9121000418450200051332', settles, 'Sandbox Banco'),
  sepa_insufficient_funds: sepa('DE62370400440532013001', fails('insufficient_funds')),
  sepa_account_closed: sepa('DE08370400440532013003', fails('account_closed')),
  sepa_no_account: sepa('DE51370400440532013005', fails('no_account')),
  sepa_not_authorized: sepa('DE24370400440532013006', fails('debit_not_authorized')),
  sepa_disputed: sepa('DE35370400440532013002', {
    kind: 'disputed',
    reason: 'debit_not_authorized',
  }),
  sepa_returned: sepa('DE94370400440532013007', { kind: 'returned', reason: 'insufficient_funds' }),
  sepa_stays: sepa('DE78370400440532013004', { kind: 'stays' }),

  us: us('000123456789', settles),
  us_insufficient_funds: us('000222222227', fails('insufficient_funds')),
  us_account_closed: us('000111111113', fails('account_closed')),
  us_no_account: us('000111111116', fails('no_account')),
  us_not_authorized: us('000333333335', fails('debit_not_authorized')),
  us_disputed: us('000555555559', { kind: 'disputed', reason: 'debit_not_authorized' }),
  us_returned: us('000777777771', { kind: 'returned', reason: 'insufficient_funds' }),
  us_stays: us('000000000009', { kind: 'stays' }),
} as const satisfies Record<string, TestAccount>;

/** Name of a test account, for example `sepa_insufficient_funds`. */
export type TestAccountAlias = keyof typeof accounts;

const byAlias: Readonly<Record<TestAccountAlias, TestAccount>> = accounts;

/** Every alias, for pickers and tests. */
export const testAccountAliases = Object.keys(accounts) as TestAccountAlias[];

/** @throws when the alias is not one of ours. */
export function testAccount(alias: string): TestAccount {
  if (!Object.hasOwn(byAlias, alias)) throw new Error(`Unknown test account: ${alias}`);
  return byAlias[alias as TestAccountAlias];
}

/** What names the account at its bank: what must be kept nowhere. */
export function accountNumberOf(account: TestAccount): string {
  return account.type === 'SEPA_DEBIT' ? account.iban : account.accountNumber;
}

/** @param iban electronic format: upper case, without spaces */
export function findTestIban(iban: string): TestAccountAlias | null {
  return find((account) => account.type === 'SEPA_DEBIT' && account.iban === iban);
}

/** Both digits only. */
export function findTestUsAccount(
  routingNumber: string,
  accountNumber: string,
): TestAccountAlias | null {
  return find(
    (account) =>
      account.type === 'US_BANK_ACCOUNT' &&
      account.routingNumber === routingNumber &&
      account.accountNumber === accountNumber,
  );
}

function find(matches: (account: TestAccount) => boolean): TestAccountAlias | null {
  return testAccountAliases.find((alias) => matches(byAlias[alias])) ?? null;
}
