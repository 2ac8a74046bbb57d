/** The reference of all ratios: Koa with a constant response. */
import Koa from 'koa';

const app = new Koa();
app.use((ctx) => {
  ctx.body = 'ok';
});
app.listen(Number(process.env.PORT), '127.0.0.1');
