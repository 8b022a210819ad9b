import ts from 'typescript';

/** A folder of alternatives: the file that is its contract, and the files its members may share beside it. */
export interface Alternatives {
  readonly contract: string;
  readonly shared: readonly string[];
}

/** The flow of the code as data. Paths are relative to `src` and carry no extension; a folder stands for all it holds. */
export interface Rules {
  /** Layers from upstream to downstream. Entries of one layer are peers, which do not import each other. */
  readonly flow: readonly (readonly string[])[];
  /** Entries of the flow that may import these and nothing else that is upstream of them. */
  readonly only: Readonly<Record<string, readonly string[]>>;
  /** Folders of alternatives, whose members do not import each other. */
  readonly alternatives: Readonly<Record<string, Alternatives>>;
  /** Folders and files that need Node. Everything else runs in a browser too. */
  readonly node: readonly string[];
}

/** Text of each file by its path, such as `src/cells/ltc.ts`. */
export type Files = ReadonlyMap<string, string>;

/** Everything in `files` that breaks `rules`, one sentence each; files outside `src` are checked for their names only. */
export function complaints(files: Files, rules: Rules): string[] {
  const sources = [...files.keys()].filter((path) => path.startsWith('src/'));
  const imports = new Map(sources.map((path) => [path, importsOf(path, files.get(path)!)]));
  return [
    ...[...files.keys()].flatMap(nameComplaints),
    ...sources.filter((path) => !isTest(path)).flatMap((path) => directionComplaints(path, imports.get(path)!, rules)),
    ...sources.flatMap((path) => defaultComplaints(path, files.get(path)!)),
    ...sources.flatMap((path) => nodeComplaints(path, files, imports, rules)),
    ...cycleComplaints(imports),
  ];
}

const isTest = (path: string) => path.endsWith('.test.ts');
const within = (module: string, entry: string) => module === entry || module.startsWith(`${entry}/`);

/** `src/cells/ltc.ts` → `cells/ltc`. */
const moduleOf = (path: string) => path.replace(/^src\//, '').replace(/\.ts$/, '');

/** What a file imports, types and dynamic imports included: paths in the repository, or package names as written. */
function importsOf(path: string, text: string): string[] {
  const written = ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName);
  return [...new Set(written)].map((name) =>
    name.startsWith('.') ? new URL(name, `file:///${path}`).pathname.slice(1) : name,
  );
}

const forbidden = /^(utils?|helpers?|common|misc|types|.*-(utils?|helpers?))$/;

function nameComplaints(path: string): string[] {
  const stems = path.split('/').map((part) => part.replace(/(\.(node|browser))?(\.test)?\.ts$/, ''));
  const vague = stems.filter((stem) => forbidden.test(stem));
  const unusual = stems.filter((stem) => !/^[a-z0-9-]+$/.test(stem));
  return [
    ...vague.map((stem) => `${path}: "${stem}" says nothing; name it after what it exports`),
    ...unusual.map((stem) => `${path}: "${stem}" should be lower case with dashes`),
  ];
}

function directionComplaints(path: string, targets: readonly string[], rules: Rules): string[] {
  const module = moduleOf(path);
  const home = placeOf(module, rules);
  if (home === undefined) return [`${path} has no place in the flow`];
  return targets.flatMap((target) => {
    if (target.startsWith('node:')) return [];
    if (!target.startsWith('src/')) return [`${path} imports ${target}: the library stands on nothing outside src`];
    const other = moduleOf(target);
    const place = placeOf(other, rules);
    if (place === undefined) return [];
    if (module === 'index' && isRegistry(other, rules)) return [`${path} imports the registry ${target}`];
    if (place.entry === home.entry) return siblingComplaint(path, target, home.entry, rules);
    if (place.layer > home.layer) return [`${path} imports ${target}, which is downstream`];
    if (place.layer === home.layer) return [`${path} imports ${target}: ${home.entry} and ${place.entry} are peers`];
    const allowed = rules.only[home.entry];
    if (allowed !== undefined && !allowed.includes(place.entry)) {
      return [`${path} imports ${target}: ${home.entry} may import only ${allowed.join(', ')}`];
    }
    return [];
  });
}

/** The entry of the flow that holds a module, and the number of its layer. */
function placeOf(module: string, rules: Rules): { entry: string; layer: number } | undefined {
  for (const [layer, entries] of rules.flow.entries()) {
    const entry = entries.find((entry) => within(module, entry));
    if (entry !== undefined) return { entry, layer };
  }
  return undefined;
}

const isRegistry = (module: string, rules: Rules) =>
  Object.keys(rules.alternatives).some((folder) => module === `${folder}/index`);

function siblingComplaint(path: string, target: string, folder: string, rules: Rules): string[] {
  const alternatives = rules.alternatives[folder];
  if (alternatives === undefined) return [];
  const { contract, shared } = alternatives;
  const part = (file: string) => moduleOf(file).split('/')[1]!;
  const [from, to] = [part(path), part(target)];
  if (from === to || from === 'index' || to === contract || shared.includes(to)) return [];
  if (to === 'index') return [`${path} imports its own registry ${target}`];
  if (from === contract) return [`${path} imports ${target}: a contract knows none of its members`];
  return [`${path} imports ${target}: members of ${folder} import ${contract}.ts and no sibling`];
}

function defaultComplaints(path: string, text: string): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  const found = source.statements.some(
    (statement) =>
      ts.isExportAssignment(statement) ||
      (ts.canHaveModifiers(statement) &&
        ts.getModifiers(statement)?.some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword)) ||
      (ts.isExportDeclaration(statement) &&
        statement.exportClause !== undefined &&
        ts.isNamedExports(statement.exportClause) &&
        statement.exportClause.elements.some((element) => element.name.text === 'default')),
  );
  return found ? [`${path} has a default export`] : [];
}

/** What keeps a file that should run everywhere from running in a browser. */
function nodeComplaints(path: string, files: Files, imports: ReadonlyMap<string, string[]>, rules: Rules): string[] {
  if (path.endsWith('.node.test.ts')) return [];
  if (!isTest(path) && rules.node.some((entry) => within(moduleOf(path), entry))) return [];
  const remedy = isTest(path) ? `: call it ${path.replace('.test.ts', '.node.test.ts')}` : '';
  const globals = nodeGlobals(path, files.get(path)!).map((name) => `${path} uses ${name}${remedy}`);
  const route = routeToNode(path, imports);
  return route === undefined ? globals : [...globals, `${path} reaches ${route.join(' through ')}${remedy}`];
}

/** The shortest way from a file to a `node:` module, the module first: it and every file between. */
function routeToNode(start: string, imports: ReadonlyMap<string, string[]>): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const path of queue) {
    for (const target of imports.get(path) ?? []) {
      if (target === start || cameFrom.has(target)) continue;
      cameFrom.set(target, path);
      queue.push(target);
      if (!target.startsWith('node:')) continue;
      const route = [target];
      for (let at = path; at !== start; at = cameFrom.get(at)!) route.push(at);
      return route;
    }
  }
  return undefined;
}

const nodeNames = ['process', 'Buffer', '__dirname', '__filename', 'eval'];

/** Names that only Node has, and code made from text, unless they name a property or something of the file's own. */
function nodeGlobals(path: string, text: string): string[] {
  const used = new Set<string>();
  const own = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && nodeNames.includes(node.text)) used.add(node.text);
    if (ts.isNewExpression(node) && node.expression.getText(source) === 'Function') used.add('new Function');
    if ((ts.isVariableDeclaration(node) || ts.isParameter(node)) && ts.isIdentifier(node.name)) own.add(node.name.text);
    if (ts.isPropertyAccessExpression(node)) visit(node.expression);
    else if (ts.isPropertyAssignment(node)) visit(node.initializer);
    else ts.forEachChild(node, visit);
  };
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  visit(source);
  return [...used].filter((name) => !own.has(name));
}

/** Each group of files that can reach one another (Tarjan's algorithm). */
function cycleComplaints(imports: ReadonlyMap<string, string[]>): string[] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const found: string[] = [];
  const visit = (path: string): void => {
    order.set(path, order.size);
    low.set(path, order.get(path)!);
    open.push(path);
    for (const target of imports.get(path)!) {
      if (!imports.has(target)) continue;
      if (!order.has(target)) visit(target);
      if (open.includes(target)) low.set(path, Math.min(low.get(path)!, low.get(target)!));
    }
    if (low.get(path) !== order.get(path)) return;
    const group = open.splice(open.indexOf(path));
    if (group.length > 1 || imports.get(path)!.includes(path)) found.push(`cycle: ${group.sort().join(', ')}`);
  };
  for (const path of imports.keys()) if (!order.has(path)) visit(path);
  return found;
}
