// Ledgerly, the demo site: starts the HTTP server and stops it.
// Knows nothing of invoices or of Milepost; `server/app.mjs` puts those together.

import { createServer } from "node:http";
import { createApp } from "./server/app.mjs";
import { readOptions } from "./server/options.mjs";

const options = readOptions(process.argv.slice(2), process.env);
const app = await createApp(options);
const server = createServer(app);

server.on("error", (error) => {
  const reason =
    error.code === "EADDRINUSE"
      ? `port ${options.port} is taken, choose another with --port`
      : error.message;
  console.error(`demo site: cannot listen on ${options.host}:${options.port}: ${reason}`);
  process.exit(1);
});

server.listen(options.port, options.host, () => {
  const shownHost = options.host === "127.0.0.1" ? "localhost" : options.host;
  console.log(`demo site: http://${shownHost}:${server.address().port}`);
});

for (const signal of ["SIGTERM", "SIGINT"]) {
  process.on(signal, () => process.exit(0));
}
