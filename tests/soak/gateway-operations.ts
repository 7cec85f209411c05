/** What happens at the gateway: banks settle, return and dispute; customers and merchants answer there. */
import type { TestAccountAlias } from '@4geeks/api/adapters/gateway/sandbox/test-accounts';
import type { TestCardAlias } from '@4geeks/api/adapters/gateway/sandbox/test-cards';

import type { TestBilling } from '../testkit/billing.ts';
import { idle, one, type Scene } from './scene.ts';

export const cards: readonly (TestCardAlias | 'expiring')[] = [
  'visa',
  'visa',
  'mastercard',
  'amex',
  'expiring',
  'visa_declines_on_charge',
  'visa_highest_risk',
  'visa_3ds',
  'visa_3ds_insufficient_funds',
  'visa_refund_fails',
  'visa_disputed',
];

/** Cards that are on the gateway's form; one that is about to expire is not worth typing. */
export const typedCards = cards.filter((card) => card !== 'expiring');

export const accounts: readonly TestAccountAlias[] = [
  'sepa',
  'sepa_austria',
  'sepa_insufficient_funds',
  'sepa_account_closed',
  'sepa_disputed',
  'sepa_returned',
  'sepa_stays',
  'us',
  'us_insufficient_funds',
  'us_not_authorized',
  'us_disputed',
  'us_returned',
];

/** How the gateway's signed reports come through. */
type Post =
  | 'arrives'
  /** And once more. */
  | 'arrives_twice'
  /** Not this time: it is tried again, later. */
  | 'fails'
  /** For good: whatever was on its way. */
  | 'lost';

const usualPost: readonly Post[] = ['arrives', 'arrives', 'arrives_twice', 'fails', 'lost'];

/** Does what makes the gateway report something. */
export async function withPost(
  { sandbox, faults, database, clock }: TestBilling,
  post: Post,
  work: () => Promise<unknown>,
): Promise<void> {
  if (post === 'fails' || post === 'lost') {
    faults.beforeWebhook = () => {
      throw new Error('Unreachable');
    };
  }
  try {
    await work();
  } finally {
    delete faults.beforeWebhook;
  }
  if (post === 'lost')
    await database.sql('update sandbox_gateway.webhook set next_attempt_at = null');
  if (post === 'arrives_twice') {
    await database.sql(
      `update sandbox_gateway.webhook set next_attempt_at = $1, delivered_at = null
       where delivered_at >= $1`,
      [clock.now()],
    );
    await sandbox.settleDue();
  }
}

const answer = ({ sandbox }: TestBilling, url: string, word: string) =>
  sandbox.handleHttp(
    new Request(url, { method: 'POST', body: new URLSearchParams({ answer: word }) }),
  );

export const gatewayOperations = {
  async answerChallenge({ t, random, customer }: Scene) {
    const waiting = one(
      random,
      (await customer.payments()).filter(({ status }) => status === 'REQUIRES_ACTION'),
    );
    if (!waiting?.actionUrl) return idle;
    const { actionUrl } = waiting;
    const word = random.chance(0.7) ? 'complete' : 'fail';
    await withPost(t, random.pick(usualPost), () => answer(t, actionUrl, word));
  },

  /** Debits settle or fail, charges are disputed or returned, as far as it is time for it. */
  async hearFromBanks({ t, random }: Scene) {
    await withPost(t, random.pick(usualPost), () => t.sandbox.settleDue());
  },

  /** The bank's decision. */
  async endDispute({ t, random, merchant }: Scene) {
    const open = await t.billing.database.dispute.findMany({
      where: { status: 'OPEN', merchantId: merchant.id },
      orderBy: { id: 'asc' },
    });
    const url = one(random, open)?.respondUrl;
    if (!url) return idle;
    const word = random.chance(0.5) ? 'win' : 'lose';
    await withPost(t, random.pick(usualPost), () => answer(t, url, word));
  },
} satisfies Record<string, (scene: Scene) => Promise<typeof idle | void>>;
