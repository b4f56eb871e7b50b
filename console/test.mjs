// Runs the tests of pure functions: bundles each file of tests to a temporary directory, and has node run them.

import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const tests = fileURLToPath(new URL('tests/', import.meta.url));
const out = await mkdtemp(join(tmpdir(), 'console-tests-'));
try {
  const entryPoints = (await readdir(tests)).filter(name => name.endsWith('.test.ts')).map(name => join(tests, name));
  await build({ entryPoints, outdir: out, outExtension: { '.js': '.mjs' }, bundle: true, format: 'esm', platform: 'node', jsx: 'automatic', jsxImportSource: 'preact', logLevel: 'warning' });
  const files = (await readdir(out)).map(name => join(out, name));
  process.exitCode = spawnSync(process.execPath, ['--test', ...files], { stdio: 'inherit' }).status ?? 1;
} finally {
  await rm(out, { recursive: true, force: true });
}
