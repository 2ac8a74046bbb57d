import { endpoints } from '../contract/endpoints.ts';
import { type Context, callerOf } from '../http/context.ts';
import { route } from '../http/route.ts';
import type { Parts } from '../parts.ts';
import type { By } from './by.ts';
import { accountsShapes as shapes } from './schema.ts';

const by = (ctx: Context): By => ({ caller: callerOf(ctx), requestId: ctx.state.requestId });

/** A page of `limit` entries out of one entry more, and where the next page begins. */
function page<T extends { id: string }>(rows: readonly T[], limit: number) {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, ...(rows.length > limit && last !== undefined ? { next_cursor: last.id } : {}) };
}

function loginRoutes({ accounts: { login, sessions } }: Parts) {
  return {
    login: route(shapes.login, ({ body }, ctx) => login.login(body, ctx.req.headers['user-agent'], ctx.state.requestId)),
    refresh: route(shapes.refresh, ({ body }, ctx) => login.refresh(body.refresh_token, ctx.state.requestId)),
    logout: route(shapes.logout, async (_, ctx) => {
      const { sessionId } = callerOf(ctx);
      // A key belongs to no session: there is nothing to end.
      if (sessionId !== undefined) await sessions.end(by(ctx), sessionId);
    }),
    listSessions: route(shapes.listSessions, async (_, ctx) => ({ items: await sessions.list(by(ctx)) })),
    endSession: route(shapes.endSession, ({ params }, ctx) => sessions.end(by(ctx), params.id)),
    endSessions: route(shapes.endSessions, (_, ctx) => sessions.endOwn(by(ctx))),
  };
}

function userRoutes({ accounts: { users, login } }: Parts) {
  return {
    createUser: route(shapes.createUser, ({ body }, ctx) => users.create(by(ctx), body)),
    // A plain array, as guide G3 reads it: the next page is in a Link header (RFC 8288).
    listUsers: route(shapes.listUsers, async ({ query: { limit, cursor } }, ctx) => {
      const rows = await users.list({ limit: limit + 1, after: cursor });
      const last = rows[limit - 1];
      if (rows.length > limit && last !== undefined) {
        const next = new URLSearchParams({ limit: String(limit), cursor: last.username });
        ctx.set('Link', `<${endpoints.listUsers.path}?${next}>; rel="next"`);
      }
      return rows.slice(0, limit);
    }),
    readUser: route(shapes.readUser, ({ params }, ctx) => users.read(by(ctx), params.id)),
    updateUser: route(shapes.updateUser, ({ params, body }, ctx) => users.update(by(ctx), params.id, body)),
    deleteUser: route(shapes.deleteUser, ({ params }, ctx) => users.remove(by(ctx), params.id)),
    setPassword: route(shapes.setPassword, ({ params, body }, ctx) =>
      login.setPassword(by(ctx), params.id, body.password, body.current_password),
    ),
  };
}

function keyRoutes({ accounts: { keys } }: Parts) {
  return {
    createKey: route(shapes.createKey, ({ body }, ctx) => keys.create(by(ctx), body)),
    listKeys: route(shapes.listKeys, async ({ query: { limit, cursor, user_id } }, ctx) =>
      page(await keys.list(by(ctx), { limit: limit + 1, after: cursor, userId: user_id }), limit),
    ),
    rotateKey: route(shapes.rotateKey, ({ params, body }, ctx) => keys.rotate(by(ctx), params.id, body.overlap_seconds)),
    revokeKey: route(shapes.revokeKey, ({ params }, ctx) => keys.revoke(by(ctx), params.id)),
    updateKey: route(shapes.updateKey, ({ params, body }, ctx) => keys.update(by(ctx), params.id, body)),
  };
}

export const accountsRoutes = (parts: Parts) => ({
  ...loginRoutes(parts),
  ...userRoutes(parts),
  ...keyRoutes(parts),
  listAudit: route(shapes.listAudit, async ({ query: { limit, cursor } }) =>
    page(await parts.audit.list({ limit: limit + 1, before: cursor }), limit),
  ),
});
