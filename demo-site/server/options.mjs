// The command line and environment, parsed once at the door.

import { parseArgs } from "node:util";

const USAGE =
  "usage: node demo-site/server.mjs --port 4610 --collector http://localhost:4600 [--host 127.0.0.1]";

/** Local keys that match `milepost.toml`; a real installation sets both variables. */
const DEMO_SERVER_KEY = "sk_demo_local_only";
const DEMO_IDENTITY_SECRET = "demo-identity-secret-change-me-0123456789";

export function readOptions(argv, environment) {
  let values;
  try {
    ({ values } = parseArgs({
      args: argv,
      options: {
        port: { type: "string", default: "4610" },
        host: { type: "string", default: "127.0.0.1" },
        collector: { type: "string", default: "http://localhost:4600" },
        help: { type: "boolean", short: "h", default: false },
      },
    }));
  } catch (error) {
    refuse(error.message);
  }
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    refuse(`--port is "${values.port}", expected a whole number from 0 to 65535`);
  }
  return {
    port,
    host: values.host,
    collector: collectorUrl(values.collector),
    serverKey: environment.MILEPOST_SERVER_KEY || DEMO_SERVER_KEY,
    identitySecret: environment.MILEPOST_IDENTITY_SECRET || DEMO_IDENTITY_SECRET,
  };
}

/** The collector's base URL without a trailing slash. */
function collectorUrl(given) {
  let url;
  try {
    url = new URL(given);
  } catch {
    refuse(`--collector is "${given}", expected a URL such as http://localhost:4600`);
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    refuse(`--collector is "${given}", expected http or https`);
  }
  return (url.origin + url.pathname).replace(/\/+$/, "");
}

function refuse(message) {
  console.error(`demo site: ${message}\n${USAGE}`);
  process.exit(2);
}
