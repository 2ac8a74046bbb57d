#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import './kubeconfig/lean-client.ts';

// Half of what a command takes is compiling its own code and packages: what came of it is kept beside them.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/compiled'));
await import('./main.ts');
