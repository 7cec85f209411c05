/**
 * Staff sign-in: passwords and sessions by better-auth, on our own tables, under `/auth`. Nobody
 * signs up there: staff users are made by accepting an invitation (and by `createStaffUser`, of seeds).
 */
import { longestPassword, shortestPassword } from '@4geeks/billing/merchant/staff-password';
import type { Database } from '@4geeks/prisma';
import { betterAuth } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import type { Logger } from 'pino';
import { hashPassword, verifyPassword } from '../hash-password.ts';

export interface StaffAuthOptions {
  database: Database;
  /** Signs session cookies. */
  secret: string;
  publicUrl: string;
  log: Logger;
  /** Called after somebody signed out. */
  onSignOut(session: StaffSession): Promise<void>;
  /** Most sign-in tries a minute from one address; 0: no limit (tests). Default 10. */
  triesPerMinute?: number;
}

export interface StaffSession {
  id: string;
  userId: string;
  email: string;
  /** Whose staff they have chosen to be in it; null: of the merchant they joined first. */
  merchantId: string | null;
  /** How long still by itself. */
  lastsMs: number;
}

export interface StaffAuth {
  /** Answers `/auth/*`: sign-in, sign-out, session. */
  handle(request: Request): Promise<Response>;
  /** @returns who is signed in, or null. Extends no session. */
  findSession(headers: Headers): Promise<StaffSession | null>;
  /**
   * Begins a session, as `/auth/sign-in/email` does.
   * @returns Set-Cookie headers. @throws where it is not their password.
   */
  signIn(user: { email: string; password: string }): Promise<string[]>;
  /** @returns the id of a new user who signs in with `password`. */
  createStaffUser(user: { name: string; email: string; password: string }): Promise<string>;
}

/** better-auth has more to offer (names, passwords, lists of sessions); nobody here asks for it. */
const offered: ReadonlySet<string> = new Set(
  ['sign-in/email', 'sign-out', 'get-session'].map((path) => `/auth/${path}`),
);

export function createStaffAuth(options: StaffAuthOptions): StaffAuth {
  const { database, secret, publicUrl, triesPerMinute = 10 } = options;
  const log = options.log.child({ part: 'staff-auth' });
  const auth = betterAuth({
    appName: '4Geeks Payments',
    baseURL: publicUrl,
    basePath: '/auth',
    secret,
    database: prismaAdapter(database, { provider: 'postgresql' }),
    user: { modelName: 'staffUser' },
    session: {
      modelName: 'staffSession',
      expiresIn: 12 * 3600,
      updateAge: 3600,
      additionalFields: { merchantId: { type: 'string', required: false, input: false } },
    },
    account: { modelName: 'staffAccount' },
    verification: { modelName: 'staffVerification' },
    emailAndPassword: {
      enabled: true,
      password: { hash: hashPassword, verify: verifyPassword },
      disableSignUp: true,
      minPasswordLength: shortestPassword,
      maxPasswordLength: longestPassword,
    },
    // Same origin only: the console is served from where its API is.
    trustedOrigins: (request) => (request ? [publicUrl, ownOrigin(request)] : [publicUrl]),
    rateLimit: {
      enabled: triesPerMinute > 0,
      window: 60,
      max: 100,
      customRules: { '/sign-in/email': { window: 60, max: triesPerMinute } },
    },
    advanced: {
      cookiePrefix: 'staff',
      // Said outright, because better-auth would not look at origins where NODE_ENV is "test".
      disableOriginCheck: false,
      useSecureCookies: publicUrl.startsWith('https:'),
      database: { generateId: 'uuid' },
      ipAddress: { ipAddressHeaders: [clientAddressHeader] },
    },
    telemetry: { enabled: false },
    logger: {
      log: (level, message) => log[level === 'info' ? 'debug' : level](message),
    },
  });

  async function findSession(headers: Headers): ReturnType<StaffAuth['findSession']> {
    const found = await auth.api.getSession({ headers, query: { disableRefresh: true } });
    if (!found) return null;
    const { user, session } = found;
    return {
      id: session.id,
      userId: user.id,
      email: user.email,
      merchantId: session.merchantId ?? null,
      lastsMs: new Date(session.expiresAt).getTime() - Date.now(),
    };
  }

  return {
    async handle(request) {
      const { pathname } = new URL(request.url);
      if (!offered.has(pathname)) return new Response('Not found', { status: 404 });
      const leaving = pathname === '/auth/sign-out' ? await findSession(request.headers) : null;
      const response = await auth.handler(request);
      if (leaving && response.ok) await options.onSignOut(leaving);
      return response;
    },
    findSession,
    async signIn(body) {
      const { headers } = await auth.api.signInEmail({ body, returnHeaders: true });
      return headers.getSetCookie();
    },
    async createStaffUser({ name, email, password }) {
      const context = await auth.$context;
      const user = await context.internalAdapter.createUser(
        { name, email: email.toLowerCase(), emailVerified: true },
        { method: 'email-password' },
      );
      await context.internalAdapter.linkAccount({
        userId: user.id,
        accountId: user.id,
        providerId: 'credential',
        password: await hashPassword(password),
      });
      return user.id;
    },
  };
}

/** Set by our server on every request, over whatever a client sent: where the request came from. */
export const clientAddressHeader = 'x-client-address';

function ownOrigin(request: Request): string {
  const url = new URL(request.url);
  return `${url.protocol}//${request.headers.get('host') ?? url.host}`;
}
