// Bundles the page: node build.mjs --out <directory>
// Writes index.html and assets whose names carry a hash of what is in them, each with a brotli-compressed copy beside it.
// With --types it writes the types of the API's answers instead, from the description of the API.

import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
// Whoever works on the page imports this file, and has options of their own.
const { values } = parseArgs({ strict: false, options: { out: { type: 'string' }, types: { type: 'boolean' } } });

/** What esbuild is told, here and while somebody works on the page. */
export const options = {
  absWorkingDir: here,
  entryPoints: { app: 'src/main.tsx', icon: 'src/icon.svg' },
  bundle: true,
  format: 'esm',
  target: ['es2024', 'chrome123', 'firefox121', 'safari17.5'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  loader: { '.svg': 'copy' },
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
};

/** The document, with the names of its assets filled in. */
export async function documentOf(names) {
  const template = await readFile(join(here, 'index.html'), 'utf8');
  return template.replace(/\{(\w+\.\w+)\}/g, (_, name) => {
    const [stem, extension] = name.split('.');
    const asset = names.find(candidate => candidate.startsWith(stem) && candidate.endsWith(`.${extension}`));
    if (!asset) throw new Error(`There is no asset ${name}.`);
    return asset;
  });
}

async function bundle(out) {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const result = await build({ ...options, outdir: out, entryNames: '[name]-[hash]', minify: true });
  const names = Object.keys(result.metafile.outputs).map(path => basename(path));
  await writeFile(join(out, 'index.html'), await documentOf(names));
  for (const name of await readdir(out)) {
    const content = await readFile(join(out, name));
    await writeFile(join(out, `${name}.br`), brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }));
  }
}

async function types() {
  const { default: openapi, astToString } = await import('openapi-typescript');
  const description = await openapi(new URL('../docs/openapi.json', import.meta.url));
  await writeFile(join(here, 'src/api/description.d.ts'), astToString(description));
}

if (values.types) await types();
if (values.out) await bundle(values.out);
