#!/usr/bin/env node
/** `npx cdk8s` */
import { runTool } from './run.ts';

runTool('cdk8s', process.argv.slice(2));
