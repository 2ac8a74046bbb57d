import { credentialExpiry } from '../http/caller.ts';
import { clientNetwork } from '../http/client-network.ts';
import { type Context, callerOf } from '../http/context.ts';
import { withLocation } from '../http/location.ts';
import { toPage } from '../http/pagination.ts';
import { Problem } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { clearSessionCookie, rejectOtherOrigin, sessionTokenOf, setSessionCookie } from '../http/session-cookie.ts';
import type { Accounts } from './accounts.ts';
import type { Actor } from './actor.ts';
import type { LoginOrigin } from './login.ts';
import { accountsShapes as shapes } from './schema.ts';

const actor = (ctx: Context): Actor => ({ caller: callerOf(ctx), requestId: ctx.state.requestId });

/** The user who owns the credential of the request. */
function ownId(ctx: Context): string {
  const { userId } = callerOf(ctx);
  if (userId === undefined) throw new Problem('forbidden', { detail: 'This key belongs to no user: log in, or send a key of a user.' });
  return userId;
}

const idOf = ({ id }: { readonly id: string }) => id;

const loginOrigin = (ctx: Context): LoginOrigin => ({
  network: clientNetwork(ctx.ip),
  userAgent: ctx.req.headers['user-agent'],
  requestId: ctx.state.requestId,
  caller: ctx.state.caller,
});

/** Whether the session cookie authenticated the request: Authorization has precedence. */
const usesCookie = (ctx: Context) => ctx.state.caller !== undefined && ctx.req.headers.authorization === undefined;

function signInRoutes({ signIn, sessions }: Accounts) {
  return {
    signIn: route(shapes.signIn, async ({ body }, ctx) => {
      rejectOtherOrigin(ctx);
      const { cookie, session } = await signIn.signIn(body, loginOrigin(ctx), usesCookie(ctx) ? actor(ctx) : undefined);
      setSessionCookie(ctx, cookie.token, cookie.expiresAt);
      return session;
    }),
    currentSession: route(shapes.currentSession, async (_, ctx) => {
      const { caller, requestId } = actor(ctx);
      const token = usesCookie(ctx) ? sessionTokenOf(ctx) : undefined;
      const extended = token === undefined ? undefined : await signIn.extend(caller);
      if (token !== undefined && extended !== undefined) setSessionCookie(ctx, token, credentialExpiry(extended));
      return signIn.describe({ caller: extended ?? caller, requestId });
    }),
    signOut: route(shapes.signOut, async (_, ctx) => {
      if (ctx.req.headers.authorization !== undefined) return;
      if (usesCookie(ctx)) await sessions.endCurrent(actor(ctx));
      clearSessionCookie(ctx);
    }),
  };
}

function loginRoutes({ login, sessions }: Accounts) {
  return {
    login: route(shapes.login, ({ body }, ctx) => login.login(body, loginOrigin(ctx))),
    refresh: route(shapes.refresh, ({ body }, ctx) => login.refresh(body.refresh_token, ctx.state.requestId)),
    logout: route(shapes.logout, (_, ctx) => sessions.endCurrent(actor(ctx))),
    listSessions: route(shapes.listSessions, async ({ query: { limit, after } }, ctx) =>
      toPage(ctx, await sessions.list(actor(ctx), { limit: limit + 1, after }), limit, idOf),
    ),
    endSession: route(shapes.endSession, ({ params }, ctx) => sessions.end(actor(ctx), params.id)),
    endSessions: route(shapes.endSessions, (_, ctx) => sessions.endOwn(actor(ctx))),
  };
}

function userRoutes({ users, passwords }: Accounts) {
  return {
    createUser: route(shapes.createUser, async ({ body }, ctx) => withLocation(ctx, 'readUser', await users.create(actor(ctx), body))),
    listUsers: route(shapes.listUsers, async ({ query: { limit, after } }, ctx) =>
      toPage(ctx, await users.list({ limit: limit + 1, after }), limit, ({ username }) => username),
    ),
    readOwnUser: route(shapes.readOwnUser, (_, ctx) => users.read(actor(ctx), ownId(ctx))),
    updateOwnUser: route(shapes.updateOwnUser, ({ body }, ctx) => users.update(actor(ctx), ownId(ctx), body)),
    readUser: route(shapes.readUser, ({ params }, ctx) => users.read(actor(ctx), params.id)),
    updateUser: route(shapes.updateUser, ({ params, body }, ctx) => users.update(actor(ctx), params.id, body)),
    deleteUser: route(shapes.deleteUser, ({ params }, ctx) => users.remove(actor(ctx), params.id)),
    setPassword: route(shapes.setPassword, ({ params, body }, ctx) =>
      passwords.set(actor(ctx), params.id, body.password, body.current_password),
    ),
  };
}

function keyRoutes({ keys }: Accounts) {
  return {
    createKey: route(shapes.createKey, async ({ body }, ctx) => withLocation(ctx, 'readKey', await keys.create(actor(ctx), body))),
    listKeys: route(shapes.listKeys, async ({ query: { limit, after, user_id } }, ctx) =>
      toPage(ctx, await keys.list(actor(ctx), { limit: limit + 1, after, userId: user_id }), limit, idOf),
    ),
    readKey: route(shapes.readKey, ({ params }, ctx) => keys.read(actor(ctx), params.id)),
    rotateKey: route(shapes.rotateKey, ({ params, body }, ctx) => keys.rotate(actor(ctx), params.id, body.overlap_seconds)),
    revokeKey: route(shapes.revokeKey, ({ params }, ctx) => keys.revoke(actor(ctx), params.id)),
    updateKey: route(shapes.updateKey, ({ params, body }, ctx) => keys.update(actor(ctx), params.id, body)),
  };
}

export const accountsRoutes = (accounts: Accounts) => ({
  ...loginRoutes(accounts),
  ...signInRoutes(accounts),
  ...userRoutes(accounts),
  ...keyRoutes(accounts),
  listAudit: route(shapes.listAudit, async ({ query: { limit, after } }, ctx) =>
    toPage(ctx, await accounts.audit.list({ limit: limit + 1, after }), limit, idOf),
  ),
});
