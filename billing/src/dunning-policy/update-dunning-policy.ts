import type { DunningPolicy, Prisma } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { sameRules, validateDunningRules, type DunningRules } from './validate-dunning-policy.ts';

/** Absent or null: stays as it is. */
export type DunningPolicyChange = {
  [Rule in keyof DunningRules]?: DunningRules[Rule] | null | undefined;
};

/** The merchant's policy with `change` applied. */
export function changedRules(policy: DunningRules, change: DunningPolicyChange): DunningRules {
  return validateDunningRules({
    retryDays: change.retryDays ?? policy.retryDays,
    hardDeclineCodes: change.hardDeclineCodes ?? policy.hardDeclineCodes,
    finalAction: change.finalAction ?? policy.finalAction,
    graceDays: change.graceDays ?? policy.graceDays,
    useBackupMethod: change.useBackupMethod ?? policy.useBackupMethod,
    attemptCap: change.attemptCap ?? policy.attemptCap,
  });
}

/** The version that invoices failing from now on follow. */
export async function currentDunningPolicy(
  database: Pick<Prisma.TransactionClient, 'dunningPolicy'>,
  merchantId: string,
): Promise<DunningPolicy> {
  return database.dunningPolicy.findFirstOrThrow({
    where: { merchantId },
    orderBy: { version: 'desc' },
  });
}

/**
 * Writes a new version of the merchant's dunning policy. Invoices that have failed before keep the
 * version they began with. A change that changes nothing makes no version.
 *
 * @throws InvalidInputError see validateDunningRules
 */
export async function updateDunningPolicy(
  billing: Billing,
  actor: Actor,
  change: DunningPolicyChange,
): Promise<DunningPolicy> {
  authorize(actor, { staff: 'merchant:write', apiKey: 'merchant:write' });
  const { merchantId } = actor;

  return inTransaction(billing, actor, async ({ database, now, record }) => {
    // Two at once make two versions, the later on top of the earlier.
    await database.$queryRaw`
      SELECT id FROM "Merchant" WHERE id = ${merchantId}::uuid FOR NO KEY UPDATE`;
    const current = await currentDunningPolicy(database, merchantId);
    const rules = changedRules(current, change);
    if (sameRules(rules, current)) return current;
    const policy = await database.dunningPolicy.create({
      data: { ...rules, merchantId, version: current.version + 1, createdAt: now },
    });
    await record({
      merchantId,
      type: 'dunning_policy.updated',
      objectType: 'dunning_policy',
      objectId: policy.id,
      data: {
        version: policy.version,
        retryDays: policy.retryDays.map(String),
        finalAction: policy.finalAction,
        graceDays: policy.graceDays,
      },
    });
    return policy;
  });
}
