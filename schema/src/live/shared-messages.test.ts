import { buildSchema, parse, validateSubscriptionArgs, type ExecutionResult } from 'graphql';
import { describe, expect, it } from 'vitest';
import { isSameForAll, nextMoment, sharedMessage } from './shared-messages.ts';

const schema = buildSchema(`
  type Query { a: Int }
  type Subscription { open(id: Int): Int, own: Int }
`);
schema.getSubscriptionType()!.getFields().open!.extensions = { sameForAll: true };

const documents = new Map<string, ReturnType<typeof parse>>();

/** As the server has them: equal texts are parsed once. */
function argsOf(text: string, { id = 1, locale = 'en' } = {}) {
  const document = documents.get(text) ?? parse(text);
  documents.set(text, document);
  const args = validateSubscriptionArgs({
    schema,
    document,
    variableValues: { id },
    contextValue: { locale },
  });
  if (!('schema' in args)) throw new Error('invalid');
  return args;
}

const text = 'subscription ($id: Int) { open(id: $id) }';

function maker() {
  let made = 0;
  const make = (): Promise<ExecutionResult> => Promise.resolve({ data: { open: (made += 1) } });
  return { make, made: () => made };
}

describe('what is the same for all', () => {
  it('is what the field says, and nothing beside it', () => {
    expect(isSameForAll(argsOf(text))).toBe(true);
    expect(isSameForAll(argsOf('subscription { own }'))).toBe(false);
    expect(isSameForAll(argsOf('subscription { ...F } fragment F on Subscription { open }'))).toBe(
      false,
    );
  });

  it('is made once for all who heard of the same', async () => {
    const { make, made } = maker();
    const heard = Array.from({ length: 1000 }, () => nextMoment());
    const messages = await Promise.all(heard.map((at) => sharedMessage(argsOf(text), at, make)));
    expect(made()).toBe(1);
    expect(new Set(messages).size).toBe(1);
  });

  it('is made again for who heard of more after it was begun', async () => {
    const { make, made } = maker();
    const first = sharedMessage(argsOf(text), nextMoment(), make);
    const second = sharedMessage(argsOf(text), nextMoment(), make);
    expect(await second).not.toEqual(await first);
    expect(made()).toBe(2);
  });

  it('is not mixed up: other variables, another language, another document', async () => {
    const { make, made } = maker();
    const at = nextMoment();
    await Promise.all([
      sharedMessage(argsOf(text, { id: 7 }), at, make),
      sharedMessage(argsOf(text, { id: 8 }), at, make),
      sharedMessage(argsOf(text, { id: 7, locale: 'de' }), at, make),
      sharedMessage(
        argsOf('subscription ($id: Int) { other: open(id: $id) }', { id: 7 }),
        at,
        make,
      ),
    ]);
    expect(made()).toBe(4);
  });

  it('is made again once it has failed', async () => {
    const at = nextMoment();
    const failing = () => Promise.reject(new Error('database away'));
    await expect(sharedMessage(argsOf(text, { id: 9 }), at, failing)).rejects.toThrow('away');
    const { make } = maker();
    expect(await sharedMessage(argsOf(text, { id: 9 }), at, make)).toEqual({ data: { open: 1 } });
  });
});
