import type { TemplateFindingFragment } from '#lib/gql/graphql.ts';
import { m } from '#lib/paraglide/messages.js';

const sentences: Record<string, (inputs: { detail: string }) => string> = {
  EMPTY: () => m.console_template_empty(),
  TOO_LONG: () => m.console_template_too_long(),
  SYNTAX_ERROR: m.console_template_syntax_error,
  UNKNOWN_TAG: m.console_template_unknown_tag,
  UNKNOWN_FILTER: m.console_template_unknown_filter,
  UNKNOWN_VARIABLE: m.console_template_unknown_variable,
  LIMIT_EXCEEDED: () => m.console_template_limit_exceeded(),
};

/** The piece of Liquid that starts at a position; positions count from 1. */
export function excerptAt(text: string, line: number, column: number): string {
  const rest = (text.split('\n')[line - 1] ?? '').slice(column - 1);
  const piece = /^(?:\{\{.*?\}\}|\{%.*?%\}|[\w.]+)/.exec(rest)?.[0] ?? rest.trim();
  return piece.length > 40 ? `${piece.slice(0, 39)}…` : piece;
}

/**
 * What is wrong with a template, and where, in the reader's language.
 *
 * @param text the field the finding is about
 */
export function findingSentence(finding: TemplateFindingFragment, text: string): string {
  const { code, line, column } = finding;
  const detail = line !== null && column !== null ? excerptAt(text, line, column) : '…';
  const problem = sentences[code]?.({ detail }) ?? m.error_invalid_input();
  return line !== null && column !== null && finding.field === 'body'
    ? m.console_notifications_problem_at({ line, column, problem })
    : problem;
}

/** Where a position stands in a text, counted in characters from 0. */
export function offsetAt(text: string, line: number, column: number): number {
  const before = text.split('\n').slice(0, line - 1);
  return before.reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
}
