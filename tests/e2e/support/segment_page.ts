// A customer's site that uses Segment's browser client, at an origin the collector allows.
import { build } from "esbuild";
import { createServer } from "node:http";
import { join } from "node:path";

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
  const server = createServer((request, response) => {
    const isScript = request.url === "/client.js";
    response.writeHead(200, { "content-type": isScript ? "text/javascript" : "text/html; charset=utf-8" });
    response.end(isScript ? script : page);
  });
  await new Promise<void>((done) => server.listen(Number(new URL(url).port), "127.0.0.1", done));
  return async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  };
}
