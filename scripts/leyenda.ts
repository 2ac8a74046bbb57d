#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import './kubeconfig/lean-client.ts';

// Compiling the code and its packages takes half of the time of a command: the result is cached in node_modules.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/compiled'));
await import('./main.ts');
