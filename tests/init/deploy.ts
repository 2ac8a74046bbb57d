/**
 * Makes the product of another team and runs the test of the whole local environment there: the second product is deployed to the cluster of KUBECONFIG, with
 * the images of `tests/e2e/prepare`.
 * Usage: eval "$(tests/e2e/prepare)"; node tests/init/deploy.ts; exit code 1 on failure.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecondProduct, values } from './second-product.ts';

const second = createSecondProduct();
try {
  // There is no such cluster and no such model.
  const { cluster, modelUrl, ...rest } = JSON.parse(readFileSync(values, 'utf8'));
  const file = join(second.folder, 'values.json');
  writeFileSync(file, JSON.stringify(rest));
  process.stdout.write(`without ${cluster} and ${modelUrl}\n${second.run('scripts/leyenda.js', 'init', '--from', file)}`);
  second.commit();
  const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '--selectProjects', 'e2e', '--runInBand'];
  process.stdout.write(second.run(...jest, 'tests/e2e/local.test.ts'));
} finally {
  second.remove();
}
