// Amounts are whole cents everywhere but on the screen.

export function formatMoney(cents, currency) {
  return new Intl.NumberFormat(undefined, { style: "currency", currency }).format(cents / 100);
}

/** "1,250.50", "1250,5" and "1 250" in cents, or nothing if it is not an amount. */
export function parseCents(given) {
  const plain = given.replace(/[\s'’]/g, "");
  // The last separator followed by one or two digits is the decimal one.
  const match = /^(\d[\d.,]*?)(?:[.,](\d{1,2}))?$/.exec(plain);
  if (!match) return undefined;
  const whole = match[1].replace(/[.,]/g, "");
  return Number(whole) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
}

export function formatDate(timestamp) {
  return new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" }).format(timestamp);
}
