import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConflictError } from '../errors.ts';
import { statusAfter, statuses, transitions, type Transition } from './transitions.ts';

/** The table in the docs: transition -> one cell a status, as written. */
const documented = new Map(
  readFileSync(new URL('../../../docs/subscription-states.md', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    // A name and six cells; the other table says what the statuses mean.
    .filter((cells) => cells.length === 9)
    .map((cells) => [cells[1]!.replaceAll('`', ''), cells.slice(2, 8)] as const),
);

describe('the table', () => {
  it('documents every transition, and no other', () => {
    expect([...documented.keys()].sort()).toEqual(Object.keys(transitions).sort());
  });

  describe.each(Object.keys(transitions) as Transition[])('%s', (transition) => {
    it.each([...statuses.entries()])('%i: %s', (index, status) => {
      const written = documented.get(transition)![index]!;
      const refused = /^`([A-Z_]+)`$/.exec(written)?.[1];
      if (refused === undefined) {
        expect(statusAfter(transition, status)).toBe(written === '=' ? status : written);
      } else {
        expect(() => statusAfter(transition, status)).toThrow(
          expect.objectContaining({ code: refused }),
        );
        expect(() => statusAfter(transition, status)).toThrow(ConflictError);
      }
    });
  });
});
