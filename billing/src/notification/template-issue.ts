/** What can be wrong with a template, and where. Positions count from 1. */
export interface TemplateIssue {
  field: 'subject' | 'body';
  /** Absent when the issue is about the field as a whole. */
  line: number | null;
  column: number | null;
  code: TemplateErrorCode | TemplateWarningCode;
  /** English, for developers; people read their catalogue's sentence for `code`. */
  message: string;
}

export type TemplateErrorCode =
  | 'EMPTY'
  | 'TOO_LONG'
  | 'SYNTAX_ERROR'
  | 'UNKNOWN_TAG'
  | 'UNKNOWN_FILTER'
  | 'UNKNOWN_VARIABLE'
  | 'LIMIT_EXCEEDED';

export type TemplateWarningCode =
  /** The mail never leads to the Customer Portal. */
  'PORTAL_LINK_MISSING';

/** A template that could not be rendered. */
export class TemplateError extends Error {
  override name = 'TemplateError';
  readonly issue: TemplateIssue;

  constructor(issue: TemplateIssue) {
    super(`${issue.field}: ${issue.message}`);
    this.issue = issue;
  }
}
