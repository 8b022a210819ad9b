// A plain static server for the examples: node examples/serve.mjs, after npm run build. Any other does as well.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const types = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript', '.csv': 'text/csv' };

/** Serve this repository on a port of this machine (0 for any that is free), with `headers` on every answer. */
export const serve = (port, headers = {}) =>
  new Promise((resolve) => {
    const server = createServer(async ({ url }, response) => {
      const { pathname } = new URL(url, 'http://localhost');
      const path = join(root, pathname.endsWith('/') ? `${pathname}index.html` : pathname);
      try {
        const content = await readFile(path);
        response.writeHead(200, { 'Content-Type': types[extname(path)] ?? 'application/octet-stream', ...headers });
        response.end(content);
      } catch {
        response.writeHead(404, { 'Content-Type': 'text/plain' }).end('There is no such file.');
      }
    });
    server.listen(port, '127.0.0.1', () => resolve(server));
  });

if (import.meta.main ?? process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await serve(Number(process.env.PORT ?? 8080));
  console.log(`http://localhost:${server.address().port}/examples/browser-training/`);
}
