/**
 * The Liquid that templates may use: values, conditions, assignments, comments, and filters for
 * strings. All variables are strings, so there is nothing to loop over; without loops, partials,
 * captures and filters that multiply, a template's output stays near its own length, and a value
 * can only leave through the escape we choose (`raw`, which would skip it, is gone too).
 */
import { Context, Liquid, type Template } from 'liquidjs';
import { LRUCache } from 'lru-cache';
import { TemplateError, type TemplateErrorCode, type TemplateIssue } from './template-issue.ts';

const allowedTags = new Set(['if', 'unless', 'case', 'assign', 'comment', 'raw', '#']);

const allowedFilters = new Set([
  'append',
  'capitalize',
  'default',
  'downcase',
  'lstrip',
  'prepend',
  'remove',
  'remove_first',
  'replace_first',
  'rstrip',
  'size',
  'slice',
  'strip',
  'truncate',
  'truncatewords',
  'upcase',
  'url_encode',
]);

/** Characters. */
export const maximumLength = { subject: 300, body: 20_000 } as const;

type Field = TemplateIssue['field'];

type Escape = (value: string) => string;

/** Of each rendering, its own: one engine and one parsed template serve them all. */
const escapes = new WeakMap<Context, Escape>();

const engine = createEngine();

/** Making an engine takes longer than rendering a hundred mails. */
function createEngine(): Liquid {
  const engine = new Liquid({
    outputEscape(this: { context: Context }, value: unknown) {
      return escapes.get(this.context)!(value == null ? '' : String(value));
    },
    // '' is what is not known: `{% if next_attempt_date %}` must be false then.
    jsTruthy: true,
    strictFilters: true,
    ownPropertyOnly: true,
    // No file is ever looked up, whatever a tag may try.
    templates: {},
    parseLimit: maximumLength.body,
    renderLimit: 250,
    memoryLimit: 500_000,
  });
  for (const name of Object.keys(engine.tags)) {
    if (!allowedTags.has(name)) delete engine.tags[name];
  }
  for (const name of Object.keys(engine.filters)) {
    if (!allowedFilters.has(name)) engine.unregisterFilter(name);
  }
  return engine;
}

/** Templates as they were read last, by their text. They keep nothing of what they render. */
const parsed = new LRUCache<string, Template[]>({
  max: 1000,
  // Characters: a tree takes many times its text.
  maxSize: 2_000_000,
  sizeCalculation: (_template, source) => source.length + 1,
});

function parse(source: string): Template[] {
  let template = parsed.get(source);
  if (!template) {
    template = engine.parse(source);
    parsed.set(source, template);
  }
  return template;
}

/**
 * @param escape makes of each value what goes into the result; called once per output.
 * @throws TemplateError on syntax, unknown tags and filters, and exceeded limits.
 */
export function renderLiquid(
  field: Field,
  source: string,
  variables: Readonly<Record<string, string>>,
  escape: Escape,
): string {
  const render = () =>
    reporting(field, () => {
      const template = parse(source);
      // A context has what a rendering may use up: each begins with all of it.
      const context = new Context(variables, engine.options, { sync: true }, { liquid: engine });
      escapes.set(context, escape);
      return String(engine.renderSync(template, context));
    });
  try {
    return render();
  } catch (error) {
    // The limit is of the clock, and a machine that stood still looks like a template without end:
    // only who exceeds it twice does so by themselves.
    if (!(error instanceof TemplateError) || error.issue.code !== 'LIMIT_EXCEEDED') throw error;
    return render();
  }
}

export interface VariableUse {
  name: string;
  line: number;
  column: number;
}

/**
 * The variables a template expects from outside, each time it names one.
 *
 * @throws TemplateError as `renderLiquid` does.
 */
export function variablesUsed(field: Field, source: string): VariableUse[] {
  return reporting(field, () => {
    const { globals } = engine.analyzeSync(parse(source), { partials: false });
    return Object.values(globals)
      .flat()
      .map(({ segments, location }) => ({
        // `size` is Liquid's own; every other property of a string is a mistake.
        name:
          segments.length > 1 && segments[1] !== 'size' ? segments.join('.') : String(segments[0]),
        line: location.row,
        column: location.col,
      }));
  });
}

function reporting<Result>(field: Field, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw new TemplateError(issueOf(field, error));
  }
}

/** LiquidJS says what went wrong in words only; these are its words. */
const codesByWords: readonly [RegExp, TemplateErrorCode][] = [
  [/^tag ".*" not found/s, 'UNKNOWN_TAG'],
  [/^undefined filter/, 'UNKNOWN_FILTER'],
  [/limit exceeded/, 'LIMIT_EXCEEDED'],
];

function issueOf(field: Field, error: unknown): TemplateIssue {
  if (!(error instanceof Error)) throw error;
  // "..., line:2, col:1" is added for people at a terminal.
  const message = error.message.replace(/, line:\d+, col:\d+[\s\S]*$/, '');
  const token = (error as { token?: { getPosition?: () => [number, number] } }).token;
  const [line, column] = token?.getPosition?.() ?? [null, null];
  const code = codesByWords.find(([words]) => words.test(message))?.[1] ?? 'SYNTAX_ERROR';
  return { field, line, column, code, message };
}
