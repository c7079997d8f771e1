// A customer's site, at an origin the collector allows: a function from path to what is there.
import { createServer } from "node:http";

export interface Served {
  type: string;
  body: string | Uint8Array;
  /** Besides the type. */
  headers?: Record<string, string>;
}

/** Serves the site at `url`; answers how to stop it. */
export async function serveSite(url: string, at: (path: string) => Served): Promise<() => Promise<void>> {
  const server = createServer((request, response) => {
    const { type, body, headers } = at(request.url ?? "/");
    response.writeHead(200, { "content-type": type, ...headers });
    response.end(body);
  });
  await new Promise<void>((done) => server.listen(Number(new URL(url).port), "127.0.0.1", done));
  return async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  };
}
