// Passwords are kept as salted scrypt hashes, also in a demonstration.

import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify(scrypt);
const HASH_BYTES = 32;

export async function hashPassword(password) {
  const salt = randomBytes(16);
  return { salt, hash: await derive(password, salt, HASH_BYTES) };
}

/** Without a stored hash (no such user) it takes as long and says no. */
export async function passwordMatches(password, stored) {
  const salt = stored?.salt ?? Buffer.alloc(16);
  const hash = await derive(password, salt, HASH_BYTES);
  return stored !== undefined && timingSafeEqual(hash, stored.hash);
}
