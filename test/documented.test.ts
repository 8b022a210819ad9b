import { readdirSync } from 'node:fs';
import ts from 'typescript';
import { expect, test } from 'vitest';

/** Every module of the library, without the standard library, of which nothing is asked here. */
const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((name) => `src/${name.replaceAll('\\', '/')}`)
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.startsWith('src/cli/'));
const program = ts.createProgram(files, {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  allowImportingTsExtensions: true,
  noEmit: true,
  noLib: true,
  types: [],
});
const checker = program.getTypeChecker();

/** What is exported under a name, where it is declared. */
const exportsOf = (path: string): ts.Symbol[] => {
  const module = checker.getSymbolAtLocation(program.getSourceFile(path)!);
  return module ? checker.getExportsOfModule(module) : [];
};
const declared = (symbol: ts.Symbol): ts.Symbol =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
const said = (symbol: ts.Symbol): string => ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();

test('everything that the front door exports has a docstring', () => {
  const names = exportsOf('src/index.ts');
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((symbol) => said(declared(symbol)) === '').map(({ name }) => name)).toEqual([]);
});

/** The interfaces of options, with what they take over from others. */
const options = files.flatMap((path) =>
  exportsOf(path)
    .filter(({ name, flags }) => name.endsWith('Options') && flags & ts.SymbolFlags.Interface)
    .map((symbol) => ({ path, symbol })),
);

test('every option has a docstring, and one that may be left out says what it is by default', () => {
  expect(options.length).toBeGreaterThan(20);
  const complaints = options.flatMap(({ path, symbol }) =>
    checker
      .getDeclaredTypeOfSymbol(symbol)
      .getProperties()
      .flatMap((property) => {
        const text = said(property);
        const where = `${path}: ${symbol.name}.${property.name}`;
        if (text === '') return [`${where} has no docstring`];
        const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0;
        return isOptional && !/\b(default|without)\b/i.test(text) ? [`${where} does not say its default`] : [];
      }),
  );
  expect(complaints).toEqual([]);
});
