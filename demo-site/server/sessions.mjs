// The session cookie.

const COOKIE = "ledgerly_session";

/** A working day; the store forgets the session after the same time. */
export const SESSION_LIFETIME_MS = 12 * 60 * 60 * 1000;

export function sessionIdOf(request) {
  for (const pair of (request.headers.cookie ?? "").split(";")) {
    const [name, value] = pair.trim().split("=");
    if (name === COOKIE) return value;
  }
  return undefined;
}

export function sessionCookie(sessionId) {
  return `${COOKIE}=${sessionId}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${SESSION_LIFETIME_MS / 1000}`;
}

export function expiredCookie() {
  return `${COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0`;
}
