/** The answer of mutations that leave nothing to show. */
import { builder } from './builder.ts';

/** @param id global id of what was. */
export const Deleted = builder.objectRef<{ id: string }>('Deleted').implement({
  description: 'Something that is no more.',
  access: 'inherits',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Global id of what was deleted.' }),
  }),
});
