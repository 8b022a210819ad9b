import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { jsonFault } from './json-fault.ts';
import { usageError } from './usage-error.ts';

/** What config files in the working directory are called. */
export const configNames = ['json', 'ts', 'mts', 'js', 'mjs'].map((ending) => `rivulet.config.${ending}`);

/** What a config file says: JSON, or the default export of a module. Usage errors that name the file, and for JSON the line and the column. */
export async function readConfig(path: string): Promise<unknown> {
  if (/\.[cm]?[jt]s$/i.test(path)) return defaultOf(path);
  const text = (await contents(path)).replace(/^\ufeff/, '');
  const fault = jsonFault(text);
  if (fault === undefined) return JSON.parse(text);
  throw usageError(`${path}:${fault.line}:${fault.column}: this is not JSON; wanted ${fault.wanted}`);
}

async function contents(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw usageError(`there is no config file "${path}" that can be read (${error.code})`);
  });
}

async function defaultOf(path: string): Promise<unknown> {
  const text = await contents(path);
  const url = pathToFileURL(resolve(path)).href;
  const isNative = !/ts$/i.test(path) || 'typescript' in process.features;
  const from = isNative ? url : `data:text/javascript,${encodeURIComponent(withoutTypes(path, text))}`;
  const made: { readonly default?: unknown } = await import(from).catch((error: Error) => {
    throw usageError(`${path}: ${error.message}`);
  });
  if (made.default === undefined)
    throw usageError(`${path} has no default export; wanted export default { train: { … } }`);
  return made.default;
}

/** What is needed of the package typescript. */
interface Compiler {
  readonly ModuleKind: { readonly ESNext: number };
  readonly ScriptTarget: { readonly ES2022: number };
  transpileModule(text: string, options: object): { readonly outputText: string };
}

/** TypeScript as JavaScript, by the user's own compiler, for a Node that does not read it. */
function withoutTypes(path: string, text: string): string {
  let compiler: Compiler;
  try {
    compiler = createRequire(resolve(path))('typescript');
  } catch {
    throw usageError(
      `${path}: Node ${process.versions.node} does not read TypeScript; wanted Node 22.18 or later, the package typescript beside it (npm install --save-dev typescript), or rivulet.config.json`,
    );
  }
  const { ModuleKind, ScriptTarget } = compiler;
  const compilerOptions = { module: ModuleKind.ESNext, target: ScriptTarget.ES2022 };
  return compiler.transpileModule(text, { compilerOptions }).outputText;
}
