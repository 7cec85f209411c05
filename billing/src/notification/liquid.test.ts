import { afterEach, describe, expect, test, vi } from 'vitest';
import { renderLiquid, variablesUsed } from './liquid.ts';

const asIs = (value: string) => value;
const render = (source: string, variables: Record<string, string>, escape = asIs) =>
  renderLiquid('body', source, variables, escape);

afterEach(() => void vi.restoreAllMocks());

describe('a template that is rendered again', () => {
  const source = `{% assign greeting = name | default: "you" %}Hello {{ greeting }}{% if debt %}, {{ debt }}{% endif %}`;

  test('has nothing of the values before', () => {
    expect(render(source, { name: 'Ada', debt: '€5' })).toBe('Hello Ada, €5');
    expect(render(source, { name: '', debt: '' })).toBe('Hello you');
    expect(render(source, {})).toBe('Hello you');
    expect(render(source, { name: 'Bob', debt: '' })).toBe('Hello Bob');
  });

  test('goes by its own escape, also within another rendering', () => {
    const inner = () => render(source, { name: 'Bob', debt: '' }, (value) => `(${value})`);
    expect(render(source, { name: 'Ada', debt: '1' }, (value) => `<${value}|${inner()}>`)).toBe(
      'Hello <Ada|Hello (Bob)>, <1|Hello (Bob)>',
    );
    expect(render(source, { name: 'Ada', debt: '1' })).toBe('Hello Ada, 1');
  });

  test('is read as it was, after its variables were listed', () => {
    expect(render(source, { name: 'Ada' })).toBe('Hello Ada');
    expect(variablesUsed('body', source).map(({ name }) => name)).toEqual(['name', 'debt', 'debt']);
    expect(render(source, { name: 'Ada' })).toBe('Hello Ada');
  });

  test('fails each time where it fails', () => {
    for (const attempt of [1, 2]) {
      expect(() => render('{% for x in name %}', {}), `${attempt}`).toThrow(/tag "for" not found/);
      expect(() => render('{{ name | raw }}', { name: 'x' }), `${attempt}`).toThrow(/raw/);
    }
  });
});

describe('limits', () => {
  const limited = expect.objectContaining({
    issue: expect.objectContaining({ code: 'LIMIT_EXCEEDED' }),
  });

  test('of memory are for each rendering, and begin anew', () => {
    const source = `{% assign twice = name | append: name %}{{ twice | append: twice | size }}`;
    for (let time = 0; time < 20; time += 1) {
      expect(render(source, { name: 'x'.repeat(50_000) })).toBe('200000');
      expect(() => render(source, { name: 'x'.repeat(150_000) })).toThrow(limited);
    }
  });

  test('of time too; once is forgiven', () => {
    let late = 0;
    const { now } = performance;
    vi.spyOn(performance, 'now').mockImplementation(() => now.call(performance) + late);
    const source = '{{ name }}{{ name }}{{ name }}';
    const slow = (times: number) => (value: string) => {
      if (times-- > 0) late += 300;
      return value;
    };
    for (const attempt of [1, 2]) {
      expect(() => render(source, { name: 'x' }, slow(10)), `${attempt}`).toThrow(limited);
      expect(render(source, { name: 'x' }, slow(1))).toBe('xxx');
      expect(render(source, { name: 'x' }, slow(0))).toBe('xxx');
    }
  });

  test('of length', () => {
    for (const attempt of [1, 2]) {
      expect(() => render('x'.repeat(20_001), {}), `${attempt}`).toThrow(limited);
    }
  });
});
