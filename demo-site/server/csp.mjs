// The Content-Security-Policy of a page: what a customer with a strict one writes for Milepost.

import { createHash } from "node:crypto";

/** `collectorOrigin` is absent for a page that does not install Milepost. */
export function contentSecurityPolicy(html, collectorOrigin) {
  // The three things Milepost needs: its script, its WebAssembly, and a way to send.
  const milepost = collectorOrigin ? [collectorOrigin] : [];
  const webAssembly = collectorOrigin ? ["'wasm-unsafe-eval'"] : [];

  const directives = {
    "default-src": ["'self'"],
    "script-src": ["'self'", ...milepost, ...webAssembly, ...inlineScriptHashes(html)],
    "connect-src": ["'self'", ...milepost],
    "style-src": ["'self'"],
    "img-src": ["'self'"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "require-trusted-types-for": ["'script'"],
  };
  return Object.entries(directives)
    .map(([name, sources]) => [name, ...sources].join(" "))
    .join("; ");
}

/** A script without attributes is an inline one; its hash allows exactly these bytes. */
function inlineScriptHashes(html) {
  return [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, source]) => {
    return `'sha256-${createHash("sha256").update(source).digest("base64")}'`;
  });
}
