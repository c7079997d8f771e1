// Reading and answering HTTP requests. Knows nothing of what they are about.

import { Refusal } from "./refusal.mjs";

/** The longest request is an invoice with 20 lines, about 5 KB. */
const MAX_BODY_BYTES = 32 * 1024;

/** What every answer carries, whatever it is. */
const COMMON_HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "strict-origin-when-cross-origin",
};

/**
 * The JSON object in a request's body.
 * Asking for JSON also keeps other sites' forms out: a cross-origin request
 * with this content type needs a permission that this server never gives.
 */
export async function readJson(request) {
  if (!(request.headers["content-type"] ?? "").startsWith("application/json")) {
    throw new Refusal(415, "Send the request as application/json.");
  }
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Refusal(413, "The request is too large.");
    chunks.push(chunk);
  }
  let body;
  try {
    body = JSON.parse(Buffer.concat(chunks).toString("utf8") || "{}");
  } catch {
    throw new Refusal(400, "The request is not valid JSON.");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new Refusal(400, "The request must be a JSON object.");
  }
  return body;
}

export function answer(response, status, headers, body) {
  response.writeHead(status, {
    ...COMMON_HEADERS,
    ...headers,
    "content-length": Buffer.byteLength(body),
  });
  response.end(response.req.method === "HEAD" ? undefined : body);
}

export function answerJson(response, status, json, cookie) {
  const headers = { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" };
  if (cookie) headers["set-cookie"] = cookie;
  answer(response, status, headers, JSON.stringify(json));
}

export function redirect(response, location) {
  answer(response, 302, { location, "cache-control": "no-store" }, "");
}

/** The one place where an error becomes a status. */
export function answerRefusal(response, error) {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (error instanceof Refusal) {
    const headers = error.status === 413 ? { connection: "close" } : {};
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    answerJson(response, error.status, { error: error.message, fields: error.fields });
    return;
  }
  console.error(`demo site: ${error.stack}`);
  answerJson(response, 500, { error: "Something went wrong on our side.", fields: {} });
}
