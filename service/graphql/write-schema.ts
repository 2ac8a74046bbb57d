/** Writes the schema as it is printed, so that a review sees what changes. Usage: npm run schema */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printSchema } from 'graphql';
import { schema } from './executable-schema.ts';

writeFileSync(join(import.meta.dirname, 'schema.graphql'), `${printSchema(schema)}\n`);
