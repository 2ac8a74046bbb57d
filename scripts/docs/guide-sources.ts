import type { ReferenceName } from '../../manifests/environments/index.ts';

/** A command or a file of a guide. */
interface Source {
  readonly guide: string;
  /** Command lines, of which a test has each parsed, and paths of the repository, which exist. */
  readonly here: readonly string[];
  readonly differs?: string;
}

export interface GuideSources {
  readonly commands: readonly Source[];
  readonly files: readonly Source[];
}

/** What a reader of a guide types and looks for, and what replaces it. */
export const guideSources: Readonly<Record<ReferenceName, GuideSources>> = {
  'instagram-captions': {
    commands: [
      {
        guide: '`docker-compose build`, `up -d`, `ps`',
        here: ['docker compose up --build --detach --wait', 'docker compose ps'],
        differs: '`--wait` ends when all containers are healthy.',
      },
      { guide: '`curl` of health, metrics and generate', here: ['leyenda validate http://localhost:8080'] },
      { guide: 'Checklist before a deploy, 8 items', here: ['leyenda preflight production'] },
      { guide: 'Checklist after a deploy, 8 items', here: ['leyenda postflight production'] },
      { guide: '`kubectl apply -f kubernetes/`', here: ['leyenda synth production', 'leyenda deploy production --image NAME@sha256:…'] },
      {
        guide: '`kubectl set image`, `kubectl rollout status`',
        here: ['leyenda deploy production --image NAME@sha256:…', 'leyenda status production'],
        differs: 'Verified, and rolled back if it is not healthy.',
      },
      { guide: '`kubectl rollout undo`', here: ['leyenda rollback production previous'] },
      { guide: 'Load test before a release', here: ['leyenda load https://api.yourapp.com --confirm api.yourapp.com'] },
      {
        guide: '`bandit`, `safety`, Trivy',
        here: ['.github/workflows/ci.yml', '.github/workflows/release.yml'],
        differs: 'CodeQL, dependency review and Trivy.',
      },
      { guide: '`redis-cli --rdb`', here: ['docs/decisions/backup.md'], differs: 'Redis has nothing to save.' },
      {
        guide: '`config-backup-YYYYMMDD.tar.gz`',
        here: ['leyenda backup production'],
        differs: 'A part of each set; the repository has the rest.',
      },
      { guide: '`ufw` rules', here: ['scripts/host/security-hardening.sh'] },
    ],
    files: [
      { guide: '`kubernetes/*.yaml`', here: ['manifests/environments/reference-instagram-captions.ts'] },
      { guide: '`docker-compose.production.yml`', here: ['compose.production.yaml'] },
      { guide: '`nginx/nginx.conf`', here: ['nginx/nginx.conf'] },
      { guide: '`monitoring/alerts.yml`', here: ['compose/monitoring/prometheus/rules.yml', 'manifests/monitoring/alerts.ts'] },
      { guide: '`runbooks/latency.md`, `errors.md`, `cache.md`, `database.md`', here: ['docs/runbooks/README.md'] },
      { guide: '`.github/workflows/production.yml`', here: ['.github/workflows/release.yml'] },
      { guide: '`.env.example`', here: ['.env.example'] },
    ],
  },
  capibara6: {
    commands: [
      {
        guide: '`docker-compose up -d --scale capibara6-worker=5`',
        here: ['docker compose up --detach --wait --scale worker=5'],
      },
      {
        guide: '`kubectl apply -f k8s/`',
        here: ['leyenda synth capibara6', 'leyenda deploy production --image NAME@sha256:…'],
        differs: 'References are compared, not deployed; an environment of yours is.',
      },
      {
        guide: '`kubectl scale deployment capibara6-api --replicas=5`',
        here: ['docs/scaling.md'],
        differs: 'The autoscaler owns the replicas; its bounds are data of the environment.',
      },
      { guide: '`kubectl logs -f`', here: ['docs/observability.md'], differs: 'Or Loki and Grafana.' },
      { guide: '`python backend/test_fase10.py`', here: ['npm test', 'npm run test:docker', 'npm run test:e2e'] },
    ],
    files: [
      { guide: '`FASE10_README.md`', here: ['README.md', 'docs/README.md'] },
      { guide: '`backend/main.py`', here: ['service/app.ts', 'service/main.ts'] },
      { guide: '`backend/graphql/main.py`', here: ['service/graphql'] },
      { guide: '`backend/deployment/auth.py`', here: ['service/accounts'] },
      { guide: '`k8s/*`', here: ['manifests/environments/reference-capibara6.ts'] },
      { guide: '`docker-compose.yml`', here: ['compose.yaml'] },
    ],
  },
  preventia: {
    commands: [
      { guide: '`docker-compose -f docker-compose.prod.yml up -d`', here: ['leyenda compose deploy production NAME@sha256:…'] },
      { guide: '`backup.sh`', here: ['leyenda backup production'], differs: 'Encrypted, verified by a restore, uploaded to `S3_BUCKET`.' },
      { guide: '`pg_restore --list`', here: ['leyenda backup production'], differs: 'Every set is restored into a scratch database.' },
      { guide: '`aws s3 sync --delete`', here: ['leyenda backup production'], differs: 'Each side expires by its own list.' },
      { guide: '`restore.sh 20240729_120000`', here: ['leyenda restore production 20240729_120000'] },
      {
        guide: '`security-hardening.sh`',
        here: ['sudo scripts/host/security-hardening.sh --dry-run', 'scripts/host/security-hardening.sh'],
      },
      { guide: 'Security checklist, 10 items', here: ['leyenda security production'] },
    ],
    files: [
      { guide: '`services/api/main`', here: ['service/main.ts'] },
      { guide: '`services/shared/logging_config.py`', here: ['service/telemetry/log.ts'] },
      { guide: '`/etc/nginx/sites-available/preventia`', here: ['nginx/references/preventia.conf'] },
      {
        guide: '`loki-config.yml`, `promtail-config.yml`',
        here: ['manifests/monitoring/logs.ts'],
        differs: 'Alloy: Promtail has no support any more.',
      },
      { guide: '`k8s/api-hpa.yaml`', here: ['manifests/environments/reference-preventia.ts'] },
      { guide: '`.env.production`', here: ['.env.production.example'] },
      { guide: '`05_ResolucionProblemas.md`', here: ['docs/troubleshooting.md'] },
    ],
  },
  'fastapi-stack': {
    commands: [
      {
        guide: '`scripts/deploy.sh [staging|production] [version]`',
        here: ['leyenda compose deploy staging NAME@sha256:…'],
        differs: 'An image by digest: `latest` moves.',
      },
      { guide: '`scripts/deploy.sh staging latest --dry-run`', here: ['leyenda compose deploy staging --dry-run'] },
      { guide: '`scripts/backup-db.sh`', here: ['leyenda backup production'] },
      { guide: '`scripts/validate-deployment.sh [url]`', here: ['leyenda validate http://localhost:8080'] },
      { guide: 'Checklist of completeness, 7 checks', here: ['leyenda compose check staging'] },
      { guide: '`yaml-lint .github/workflows/docker-deploy.yml`', here: ['leyenda workflows check'] },
      {
        guide: '`pip install --require-hashes`, `pip-compile --generate-hashes`',
        here: ['npm ci'],
        differs: 'The lock file has a hash of every package.',
      },
      { guide: '`docker swarm init`, `docker stack deploy`, `docker service scale`', here: ['docs/compose.md'] },
      { guide: '`docker inspect` of user and health check', here: ['leyenda check-image NAME@sha256:…'] },
      { guide: '`pytest tests/test_production.py`', here: ['npm run test:services'] },
    ],
    files: [
      { guide: '`app/main.py`', here: ['service/app.ts'] },
      { guide: '`app/logger.py`', here: ['service/telemetry/log.ts'] },
      { guide: '`app/middleware.py`', here: ['service/http'] },
      { guide: '`config/nginx-prod.conf`, `config/nginx-cloud.conf`', here: ['compose/production/nginx.conf', 'nginx/references'] },
      { guide: '`config/redis-prod.conf`', here: ['compose/production/redis.conf'] },
      { guide: '`config/postgresql.conf`', here: ['compose/production/postgresql.conf'] },
      { guide: '`config/prometheus.yml`', here: ['compose/monitoring/prometheus/prometheus.yml'] },
      { guide: '`monitoring/docker-compose.yml`', here: ['compose.monitoring.yaml'] },
      { guide: '`docker-compose.staging.yml`, `docker-compose.cloud.yml`', here: ['compose.staging.yaml', 'compose.cloud.yaml'] },
      { guide: '`.github/workflows/docker-deploy.yml`', here: ['.github/workflows/ci.yml', '.github/workflows/release.yml'] },
      { guide: '`tests/*`', here: ['tests'] },
      { guide: '`.env.staging`, `.env.production`', here: ['.env.staging.example', '.env.production.example'] },
    ],
  },
};
