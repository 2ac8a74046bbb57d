/** The measure of all ratios: a Koa that answers a constant. */
import Koa from 'koa';

const app = new Koa();
app.use((ctx) => {
  ctx.body = 'ok';
});
app.listen(Number(process.env.PORT), '127.0.0.1');
