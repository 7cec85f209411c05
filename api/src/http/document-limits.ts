/**
 * How long and how wide a document may be, whoever sends it: found out before anything that takes
 * more time the longer the document is. What it may cost is another question (operation-limits.ts).
 */
import {
  type ASTVisitor,
  GraphQLError,
  Kind,
  type ParseOptions,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** The longest document of ours has a few hundred tokens and less than ten thousand characters. */
const mostTokens = 4000;
const mostCharacters = 64 * 1024;

/** Of one operation, fragments counted as often as they are spread. */
export const widthLimits = {
  /** Names given to fields: what lets one field be asked for many times. */
  aliases: 60,
  /** Fields at the root: each begins a read of its own. */
  rootFields: 30,
  directives: 60,
} as const;

type Width = Record<keyof typeof widthLimits, number>;

export const documentLimits: Plugin = {
  onParse({ params, parseFn, setParseFn }) {
    if (String(params.source).length > mostCharacters) {
      throw parseError(`A document has at most ${mostCharacters} characters.`);
    }
    setParseFn((source: string, options?: ParseOptions) => {
      try {
        return parseFn(source, { ...options, maxTokens: mostTokens });
      } catch (error) {
        if (error instanceof RangeError) throw parseError('The document is nested too deeply.');
        throw error instanceof GraphQLError ? parseError(error.message, error) : error;
      }
    });
  },
  onValidate({ addValidationRule }) {
    addValidationRule(widthRule);
  },
};

function parseError(message: string, { source, positions }: Partial<GraphQLError> = {}) {
  return new GraphQLError(message, {
    source,
    positions,
    extensions: { code: 'GRAPHQL_PARSE_FAILED' },
  });
}

/** Refuses operations that are wider than `widthLimits`. */
function widthRule(context: ValidationContext): ASTVisitor {
  const widthOfFragment = new Map<string, Width>();
  const open = new Set<string>();

  function widthOf(selectionSet: SelectionSetNode): Width {
    const width: Width = { aliases: 0, rootFields: 0, directives: 0 };
    for (const selection of selectionSet.selections) {
      width.directives += selection.directives?.length ?? 0;
      add(width, selection);
    }
    return width;
  }

  function add(width: Width, selection: SelectionNode): void {
    switch (selection.kind) {
      case Kind.FIELD: {
        width.rootFields += 1;
        if (selection.alias) width.aliases += 1;
        const nested = selection.selectionSet && widthOf(selection.selectionSet);
        width.aliases += nested?.aliases ?? 0;
        width.directives += nested?.directives ?? 0;
        return;
      }
      case Kind.INLINE_FRAGMENT:
        return join(width, widthOf(selection.selectionSet));
      case Kind.FRAGMENT_SPREAD:
        return join(width, fragmentWidth(selection.name.value));
    }
  }

  function fragmentWidth(name: string): Width {
    const known = widthOfFragment.get(name);
    const fragment = context.getFragment(name);
    // A fragment within itself is refused by a rule of GraphQL's own.
    if (known || !fragment || open.has(name)) {
      return known ?? { aliases: 0, rootFields: 0, directives: 0 };
    }
    open.add(name);
    const width = widthOf(fragment.selectionSet);
    width.directives += fragment.directives?.length ?? 0;
    open.delete(name);
    widthOfFragment.set(name, width);
    return width;
  }

  return {
    OperationDefinition(operation) {
      const width = widthOf(operation.selectionSet);
      width.directives += operation.directives?.length ?? 0;
      for (const [what, limit] of Object.entries(widthLimits)) {
        const asked = width[what as keyof Width];
        if (asked <= limit) continue;
        context.reportError(
          new GraphQLError(`An operation has at most ${limit} ${words[what as keyof Width]}.`, {
            // Without the node: its text would come back with the refusal.
            extensions: { code: 'DOCUMENT_TOO_LARGE', exceeded: what, asked, limit },
          }),
        );
      }
    },
  };
}

const words: Record<keyof Width, string> = {
  aliases: 'aliases',
  rootFields: 'fields at its root',
  directives: 'directives',
};

function join(width: Width, other: Width): void {
  width.aliases += other.aliases;
  width.rootFields += other.rootFields;
  width.directives += other.directives;
}
