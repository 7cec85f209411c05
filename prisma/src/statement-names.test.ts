import { expect, test } from 'vitest';
import { createStatementNames } from './statement-names.ts';

test('a text keeps its name, and the last that get one are followed by those that get none', () => {
  const nameOf = createStatementNames('read', 2);
  expect(['a', 'b', 'c', 'a', 'c'].map(nameOf)).toEqual(['read0', 'read1', '', 'read0', '']);
});

test('whoever uses up names uses up nobody else’s', () => {
  const [reads, others] = [createStatementNames('read', 1), createStatementNames('sql', 1)];
  expect([reads('a'), reads('b'), others('b')]).toEqual(['read0', '', 'sql0']);
});
