// Serves the page while somebody works on it: bundles what has changed at each reload, and passes everything else on to a running application.
// node dev.mjs [--port 5173] [--api http://localhost:7071]

import { createServer, request } from 'node:http';
import { parseArgs } from 'node:util';
import { context } from 'esbuild';
import { documentOf, options } from './build.mjs';

const { values } = parseArgs({ options: { port: { type: 'string', default: '5173' }, api: { type: 'string', default: 'http://localhost:7071' } } });
const api = new URL(values.api);
const types = { js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml', map: 'application/json' };
const bundler = await context({ ...options, outdir: '/assets', entryNames: '[name]', sourcemap: 'linked', write: false });
const policy = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'";

async function page(url, response) {
  const { outputFiles } = await bundler.rebuild();
  const files = new Map(outputFiles.map(file => [file.path.split('/').pop(), file]));
  const name = url.pathname.startsWith('/console/assets/') ? url.pathname.split('/').pop() : 'index.html';
  if (name === 'index.html') {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy });
    response.end(await documentOf([...files.keys()].filter(file => !file.endsWith('.map'))));
  } else if (files.has(name)) {
    response.writeHead(200, { 'Content-Type': types[name.split('.').pop()], 'Cache-Control': 'no-store' });
    response.end(files.get(name).contents);
  } else {
    response.writeHead(404).end();
  }
}

function pass(incoming, response) {
  const outgoing = request(new URL(incoming.url, api), { method: incoming.method, headers: { ...incoming.headers, host: api.host } }, answer => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  outgoing.on('error', () => response.headersSent ? response.destroy() : response.writeHead(502).end());
  response.on('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
}

createServer((incoming, response) => {
  const url = new URL(incoming.url, 'http://page');
  const isPage = url.pathname === '/' || url.pathname === '/docs' || url.pathname.startsWith('/docs/') || (url.pathname.startsWith('/console') && url.pathname !== '/console/sign-in.json');
  if (!isPage) pass(incoming, response);
  else page(url, response).catch(failure => response.writeHead(500, { 'Content-Type': 'text/plain' }).end(String(failure)));
}).listen(Number(values.port), '127.0.0.1', () => console.log(`http://localhost:${values.port}/ with ${api.origin}`));
