import { describe, expect, it } from 'vitest';
import { excerptAt, offsetAt } from './findings.ts';

const text = 'Hello {{ customer_name }},\n\nyour {{ oops | upcase }} is {% unknown %} here.';

describe('a position in a template', () => {
  it('leads to its character', () => {
    expect(text.slice(offsetAt(text, 1, 7)).startsWith('{{ customer_name')).toBe(true);
    expect(text.slice(offsetAt(text, 3, 9)).startsWith('oops')).toBe(true);
  });

  it('quotes the piece that stands there', () => {
    expect(excerptAt(text, 1, 7)).toBe('{{ customer_name }}');
    expect(excerptAt(text, 3, 9)).toBe('oops');
    expect(excerptAt(text, 3, 29)).toBe('{% unknown %}');
  });

  it('is short, and survives a position outside', () => {
    expect(excerptAt(`{{ ${'a'.repeat(80)} }}`, 1, 1)).toHaveLength(40);
    expect(excerptAt(text, 99, 1)).toBe('');
  });
});
