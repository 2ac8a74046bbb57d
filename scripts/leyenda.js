#!/usr/bin/env node
import module from 'node:module';
import { join } from 'node:path';
import { isInstalled } from '../contract/installed.js';

if (isInstalled('npx leyenda')) {
  // Compiling the code and its packages takes half of the time of a command: the result is cached in node_modules.
  module.enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/compiled'));
  await import('./kubeconfig/lean-client.ts');
  await import('./main.ts');
}
