import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contents } from './contents.mjs';
import { pages } from './pages.mjs';
import { typeset } from './typeset.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** The guides and the reference of what users import, as pages that open from disk: `npm run docs`. */
export default {
  name: 'Rivulet',
  includeVersion: true,
  out: join(root, 'site'),
  basePath: root,
  displayBasePath: join(root, 'src'),
  readme: join(root, 'README.md'),
  projectDocuments: contents(root).flatMap(({ files }) => files),
  plugin: [pages],
  theme: 'rivulet',
  markdownItLoader: typeset,
  customCss: join(root, 'docs/site/site.css'),

  tsconfig: join(root, 'tsconfig.json'),
  skipErrorChecking: true, // `npm run check` does it
  entryPoints: [
    'src/*.ts',
    'src/{cells,wirings,solvers,losses,metrics,optimizers,gradients,training,datasets,formats,analysis,certificates}/*.ts',
    // What those are made of.
    'src/{backends,drivers,integrators}/index.ts',
    'src/backends/backend.ts',
    'src/compiler/{compile,kernel,observation}.ts',
    'src/drivers/driver.ts',
    'src/equation/{check,tree}.ts',
    'src/expression/{node,split}.ts',
    'src/integrators/integrator.ts',
  ].map((path) => join(root, path)),
  exclude: ['**/*.test.ts'],
  // Names inside one file, and parts of compiled models.
  intentionallyNotExported: [
    ...[
      'Element',
      'Extent',
      'Fail',
      'FittedLoss',
      'Matrix',
      'Numbers',
      'Plan',
      'Reach',
      'Section',
      'SectionOf',
      'Span',
      'types',
      'Whole',
    ],
    ...['Room', 'StreamLayout', 'Unrolled'],
  ],
  treatWarningsAsErrors: true,

  sort: ['source-order'],
  disableGit: true,
  sourceLinkTemplate: 'source:src/{path}#L{line}',
  highlightLanguages: ['console', 'csv', 'html', 'javascript', 'json', 'python', 'shellscript', 'typescript'],
  ignoredHighlightLanguages: ['equation', 'math', 'text'],
  searchInComments: true,
  searchInDocuments: true,
  excludeExternals: true,
  includeHierarchySummary: false,
  hideGenerator: true,
};
