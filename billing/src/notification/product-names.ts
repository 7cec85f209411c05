import { Prisma } from '@4geeks/prisma';

/** A product's translated names by language, as JSON; `{}` without any. @param productId a column. */
export function namesOf(productId: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`coalesce((
    SELECT jsonb_object_agg(translation.locale, translation.name)
    FROM "ProductTranslation" AS translation WHERE translation."productId" = ${productId}
  ), '{}')`;
}
