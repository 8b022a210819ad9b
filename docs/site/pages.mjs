import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { Converter, DefaultTheme, PageEvent, RendererEvent } from 'typedoc';
import { contents } from './contents.mjs';

/** Teaches TypeDoc titles of guides, names of modules as they are imported, and links to sources that are pages too. */
export function pages(app) {
  const root = app.options.getValue('basePath');
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
    [, document.name] = /^# (.*)$/m.exec(document.content[0].text);
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    // Every page begins with a title, the front page with the project's name.
    project.readme[0].text = project.readme[0].text.replace(/^# .*\n/, '');
    for (const module of project.children) {
      module.name = `rivulet/${module.name}`.replace(/\/index$/, '');
    }
    for (const reflection of Object.values(project.reflections)) {
      const sources = reflection.sources?.filter(({ fullFileName }) => !fullFileName.includes('/node_modules/'));
      if (sources) reflection.sources = sources;
      if (reflection.name === '__namedParameters') reflection.name = 'options';
    }
    for (const parts of [project.readme, ...project.documents.map(({ content }) => content)]) {
      for (const part of parts) {
        if (part.kind !== 'relative-link') continue;
        const file = project.files.resolve(part.target, project);
        if (typeof file === 'string' && file.endsWith('.ts')) {
          Object.assign(part, { target: undefined, text: `source:${relative(root, file)}` });
        }
      }
    }
  });

  const shown = new Set();
  app.renderer.on(PageEvent.END, (page) => {
    const up = '../'.repeat(page.url.split('/').length - 1);
    page.contents = page.contents.replaceAll(/(?<=href=")source:([^"#]+)/g, (_, path) => {
      shown.add(path);
      return `${up}source/${path}.html`;
    });
  });
  app.renderer.on(RendererEvent.END, ({ outputDirectory }) => {
    for (const path of shown) {
      const file = join(outputDirectory, 'source', `${path}.html`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, sourcePage(path, readFileSync(join(root, path), 'utf8')));
    }
  });
  app.renderer.defineTheme('rivulet', theme(root));
}

/** The navigation is the table of contents, and behind it the modules in folders. */
const theme = (root) =>
  class extends DefaultTheme {
    buildNavigation(project) {
      const known = super.buildNavigation(project);
      const titled = new Map(known.map((entry) => [entry.text, entry]));
      const sections = contents(root).map(({ title, titles }) =>
        titles[0] === title ? titled.get(title) : { text: title, children: titles.map((name) => titled.get(name)) },
      );
      const [folder, door] = known.filter(({ text }) => text === 'rivulet').sort((one) => (one.path ? 1 : -1));
      // The module of a folder, such as rivulet/cells, and what is in it are one entry.
      const folders = folder.children.filter(({ path }) => path === undefined);
      const modules = folder.children.filter((entry) => !folders.includes(entry));
      const joined = folders.map((entry) => {
        const index = modules.find(({ text }) => text === entry.text);
        return index ? { ...index, children: [...index.children, ...entry.children] } : entry;
      });
      const others = modules.filter(({ text }) => !joined.some((entry) => entry.text === text));
      return [...sections, { text: 'Modules', children: [door, ...joined, ...others] }];
    }
  };

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** A file as it is, its lines numbered. */
const sourcePage = (path, text) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${path} | rivulet</title>
<style>
pre { counter-reset: line; font-size: 0.85rem; line-height: 1.5; }
span { counter-increment: line; }
span::before { content: counter(line); display: inline-block; width: 3em; margin-right: 1em; text-align: right; opacity: 0.5; }
:target { background: #8884; }
</style>
</head>
<body>
<h1><code>${path}</code></h1>
<pre>${text
  .trimEnd()
  .split('\n')
  .map((line, k) => `<span id="L${k + 1}">${escaped(line)}</span>`)
  .join('\n')}</pre>
</body>
</html>
`;
