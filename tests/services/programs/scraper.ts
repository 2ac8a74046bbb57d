/** The role scraper on a made web: names in `.test` resolve to this machine, and URLs have the port `WEB_PORT`. */
import { openDatabase } from '../../../service/database/database.ts';
import { serve } from '../../../service/serve.ts';
import { createLogger } from '../../../service/telemetry/log.ts';
import { madeNetwork } from '../../../service/testing/made-web/server.ts';
import { testSettings } from '../../../service/testing/service.ts';

const { WEB_PORT, DATABASE_URL } = process.env;
const settings = testSettings({ ROLE: 'scraper', PORT: '0', HOST: '127.0.0.1', DATABASE_URL, NEWS_CONTACT: 'mailto:news@example.org' });
const log = createLogger('debug', process.stdout);
const newsNetwork = madeNetwork(Number(WEB_PORT), (host) => host.endsWith('.test'));
const service = await serve('scraper', settings, log, await openDatabase(settings, log), undefined, { newsNetwork });
service.begin();
log.info({ ports: service.ports }, 'The scraper has started');
process.once('SIGTERM', async () => {
  await service.stop({ deregistrationDelay: 0, drain: 30, close: 5 });
  process.exit(0);
});
