/** The reference of all ratios: Koa that parses the body and responds with a constant. */
import { bodyParser } from '@koa/bodyparser';
import Koa from 'koa';

const app = new Koa();
app.use(bodyParser());
app.use((ctx) => {
  ctx.body = { caption: 'constant', fields: Object.keys(ctx.request.body ?? {}).length };
});
app.listen(Number(process.env.PORT), '127.0.0.1');
