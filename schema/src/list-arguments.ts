/** Arguments that lists by age have in common. Each list has an index for them. */
import { builder } from './builder.ts';
import { described } from './described.ts';

const ListOrder = builder.enumType('ListOrder', {
  description: 'In which order a list by age comes.',
  values: described({
    NEWEST_FIRST: 'The latest first.',
    OLDEST_FIRST: 'The earliest first: for walking through all of a list that grows.',
  }),
});

export const createdArguments = builder.args((t) => ({
  createdFrom: t.field({ type: 'DateTime', description: 'Only what was created then or later.' }),
  createdBefore: t.field({ type: 'DateTime', description: 'Only what was created earlier.' }),
  orderBy: t.field({ type: ListOrder, description: 'Default NEWEST_FIRST.' }),
}));

interface CreatedArguments {
  createdFrom?: Date | null;
  createdBefore?: Date | null;
  orderBy?: typeof ListOrder.$inferType | null;
}

export function whereCreated({ createdFrom, createdBefore }: CreatedArguments) {
  if (!createdFrom && !createdBefore) return {};
  return { createdAt: { gte: createdFrom ?? undefined, lt: createdBefore ?? undefined } };
}

export function orderByCreated({ orderBy }: CreatedArguments) {
  const direction = orderBy === 'OLDEST_FIRST' ? ('asc' as const) : ('desc' as const);
  return [{ createdAt: direction }, { id: direction }];
}
