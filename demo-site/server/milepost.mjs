// The server's half of the Milepost installation: identity tokens and server-side events.

import { createHmac, randomUUID } from "node:crypto";

/** Long enough for a page to load and send, short enough that a leaked one is soon useless. */
const TOKEN_LIFETIME_S = 15 * 60;

/** An event is worth a few seconds of waiting, in the background, and no more. */
const SEND_TIMEOUT_MS = 5_000;

export function createMilepost({ collector, serverKey, identitySecret }) {
  return {
    /** A signed statement of who is logged in, for `milepost('identify', id, traits, {token})`. */
    identityToken(user) {
      const claims = {
        sub: user.id,
        ...(user.accountId && { accountId: user.accountId }),
        exp: Math.floor(Date.now() / 1000) + TOKEN_LIFETIME_S,
      };
      return signedHs256(claims, identitySecret);
    },

    /** Reports something only the server sees. Does not wait, does not throw. */
    track(userId, event, properties) {
      const message = {
        type: "track",
        userId,
        event,
        properties,
        messageId: randomUUID(),
        timestamp: new Date().toISOString(),
      };
      send(`${collector}/v1/track`, serverKey, message).catch((error) => {
        const reason = error.cause?.code ?? error.message;
        console.error(`demo site: milepost did not take "${event}" (${reason}), going on without it`);
      });
    },
  };
}

async function send(url, serverKey, message) {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      // Basic authentication as Segment's: the key is the name, the password is empty.
      authorization: `Basic ${Buffer.from(`${serverKey}:`).toString("base64")}`,
    },
    body: JSON.stringify(message),
    signal: AbortSignal.timeout(SEND_TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`answer ${response.status}`);
}

/** A JSON Web Token (RFC 7519) signed with HMAC-SHA-256. */
function signedHs256(claims, secret) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const unsigned = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${unsigned}.${createHmac("sha256", secret).update(unsigned).digest("base64url")}`;
}
