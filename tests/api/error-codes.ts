/** Reads from the sources which error codes and reasons the API may answer with. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const root = new URL('../..', import.meta.url).pathname;

export interface CodesInSource {
  /** `code` of errors and of error types. */
  codes: Set<string>;
  /** `reason` of InvalidInputError. */
  reasons: Set<string>;
  /** Errors whose code or reason could not be read: `file: text`. */
  unread: string[];
}

/** Tables of refusals by code; what is thrown from them names a variable. */
const tables = new Set(['refusals', 'invoiceRefusals', 'statuses', 'codes']);

export function codesInSource(): CodesInSource {
  const found: CodesInSource = { codes: new Set(), reasons: new Set(), unread: [] };
  for (const folder of ['billing/src', 'schema/src', 'api/src/http']) {
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
      const path = join(root, folder, name);
      const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
      visit(file, file, found, folder === 'billing/src');
    }
  }
  return found;
}

function visit(node: ts.Node, file: ts.SourceFile, found: CodesInSource, isDomain: boolean): void {
  if (ts.isNewExpression(node) && ts.isIdentifier(node.expression)) {
    const [first, second] = node.arguments ?? [];
    switch (node.expression.text) {
      case 'ConflictError':
      case 'SignInLinkError':
      case 'StaffInvitationError':
      case 'BillingError':
        read(first, found.codes, file, found);
        break;
      case 'InvalidInputError':
        read(second, found.reasons, file, found);
    }
  }
  if (ts.isCallExpression(node)) {
    const [first, second] = node.arguments;
    const callee = node.expression;
    if (callee.kind === ts.SyntaxKind.SuperKeyword && first && isCode(first)) {
      found.codes.add(first.text);
    }
    if (ts.isIdentifier(callee) && callee.text === 'refusedBody')
      read(first, found.codes, file, found);
    if (ts.isIdentifier(callee) && callee.text === 'refuse' && !isDomain && second) {
      read(second, found.codes, file, found);
    }
  }
  if (ts.isPropertyAssignment(node) && node.name.getText(file) === 'code' && !isDomain) {
    if (isCode(node.initializer)) found.codes.add(node.initializer.text);
  }
  if (ts.isVariableDeclaration(node) && tables.has(node.name.getText(file))) {
    addTable(node, file, found, isDomain);
  }
  ts.forEachChild(node, (child) => visit(child, file, found, isDomain));
}

function addTable(
  { initializer, name }: ts.VariableDeclaration,
  file: ts.SourceFile,
  found: CodesInSource,
  isDomain: boolean,
): void {
  const object =
    initializer && ts.isAsExpression(initializer) ? initializer.expression : initializer;
  if (!object || !ts.isObjectLiteralExpression(object)) return;
  if (isDomain !== name.getText(file).toLowerCase().endsWith('refusals')) return;
  for (const property of object.properties) {
    if (!ts.isPropertyAssignment(property)) continue;
    const key = property.name.getText(file);
    if (/^[A-Z_]+$/.test(key)) found.codes.add(key);
    else if (isCode(property.initializer)) found.codes.add(property.initializer.text);
  }
}

function read(
  node: ts.Expression | undefined,
  into: Set<string>,
  file: ts.SourceFile,
  found: CodesInSource,
): void {
  if (!node) return;
  if (ts.isConditionalExpression(node)) {
    read(node.whenTrue, into, file, found);
    read(node.whenFalse, into, file, found);
  } else if (ts.isStringLiteral(node)) {
    if (into === found.reasons || isCode(node)) into.add(node.text);
  } else if (!/refusal|error\.code/.test(node.getText(file))) {
    found.unread.push(`${file.fileName.slice(root.length)}: ${node.getText(file)}`);
  }
}

function isCode(node: ts.Node): node is ts.StringLiteral {
  return ts.isStringLiteral(node) && /^[A-Z][A-Z_]+$/.test(node.text);
}
