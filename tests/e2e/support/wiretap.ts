// A proxy before the collector that writes down what it is asked.
// The browser does not show a test what a page sends while it goes away; the wire does.
import { createServer, type IncomingMessage, request as forward, type Server, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";

/** One request, as it came over the wire. */
export interface Asked {
  method: string;
  path: string;
  body: string;
}

export class Wiretap {
  /** Everything asked so far, in order. */
  readonly asked: Asked[] = [];
  private readonly server: Server;

  private constructor(private readonly collectorPort: number) {
    this.server = createServer((request, response) => {
      this.pass(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  static async start(port: number, collectorPort: number): Promise<Wiretap> {
    const wiretap = new Wiretap(collectorPort);
    await new Promise<void>((done) => wiretap.server.listen(port, "127.0.0.1", done));
    return wiretap;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  /** Host and all other headers stay as they are: the collector answers as if nobody stood between. */
  private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url = "/", headers } = request;
    const body = await buffer(request);
    this.asked.push({
      method,
      path: new URL(url, "http://collector").pathname,
      body: body.toString(),
    });
    const passed = forward({ host: "127.0.0.1", port: this.collectorPort, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
      // What has no end of its own ends with the page; all else is passed on although the page is gone.
      if (answer.headers["content-type"] === "text/event-stream") response.on("close", () => passed.destroy());
    });
    passed.on("error", () => response.destroy());
    passed.end(body);
  }
}
