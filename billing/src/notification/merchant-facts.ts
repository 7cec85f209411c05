import {
  columnsOf,
  Prisma,
  type Merchant,
  type PortalSettings,
  type SqlRunner,
} from '@4geeks/prisma';

/** Whose mail it is: what it looks like and where it leads. */
export type MerchantFacts = Merchant & { portalSettings: PortalSettings | null };

/** @returns those that there are, by id. */
export async function loadMerchantFacts(
  sql: SqlRunner,
  merchantIds: readonly string[],
): Promise<Map<string, MerchantFacts>> {
  const [merchants, settings] = await Promise.all([
    sql.query<Merchant>(Prisma.sql`
      SELECT ${columnsOf(Prisma.MerchantScalarFieldEnum)} FROM "Merchant"
      WHERE id = ANY(${merchantIds}::uuid[])`),
    sql.query<PortalSettings>(Prisma.sql`
      SELECT ${columnsOf(Prisma.PortalSettingsScalarFieldEnum)} FROM "PortalSettings"
      WHERE "merchantId" = ANY(${merchantIds}::uuid[])`),
  ]);
  const settingsOf = new Map(settings.map((row) => [row.merchantId, row]));
  return new Map(
    merchants.map((merchant) => [
      merchant.id,
      { ...merchant, portalSettings: settingsOf.get(merchant.id) ?? null },
    ]),
  );
}
