// A customer's site that uses Segment's browser client, at an origin the collector allows.
import { build } from "esbuild";
import { join } from "node:path";
import { serveSite } from "./serve_site.ts";

const ENTRY = join(import.meta.dirname, "segment_browser_client.ts");

/** Serves the site at `url`; answers how to stop it. */
export async function serveSegmentPage(url: string): Promise<() => Promise<void>> {
  const bundle = await build({
    entryPoints: [ENTRY],
    bundle: true,
    write: false,
    format: "iife",
    define: { "process.env.NODE_ENV": `"production"` },
    logLevel: "error",
  });
  const script = bundle.outputFiles[0]?.contents ?? new Uint8Array();
  const page = `<!doctype html><html lang="en"><title>Customer</title><link rel="icon" href="data:,"><script src="/client.js"></script></html>`;
  return serveSite(url, (path) =>
    path === "/client.js" ? { type: "text/javascript", body: script } : { type: "text/html; charset=utf-8", body: page },
  );
}
