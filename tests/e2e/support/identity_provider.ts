// A real identity provider on this machine, with people of the test's making.
// It lives at 127.0.0.1 while the collector lives at localhost: for the browser that is another site, as in life.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { generateKeyPairSync } from "node:crypto";
import { text } from "node:stream/consumers";
import Provider from "oidc-provider";

export const CLIENT = { id: "milepost", secret: "known to both and nobody else" };

/** Somebody with an account there. */
export interface Person {
  email: string;
  email_verified?: boolean;
}

export class IdentityProvider {
  private server: Server | undefined;

  private constructor(
    readonly issuer: string,
    /** By the name they give on the login page, which is their subject. */
    readonly people: Map<string, Person>,
    private readonly port: number,
    private readonly provider: Provider,
  ) {}

  /** `back`: where it may send people. It does not listen yet. */
  static at(port: number, back: string): IdentityProvider {
    const issuer = `http://127.0.0.1:${port}`;
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const people = new Map<string, Person>();
    const provider = new Provider(issuer, {
      clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [back] }],
      claims: { openid: ["sub"], email: ["email", "email_verified"] },
      cookies: { keys: ["for this test only"] },
      features: { devInteractions: { enabled: false } },
      jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: "k-1" }] },
      pkce: { required: () => true },
      interactions: { url: (_: unknown, interaction: { uid: string }) => `/interaction/${interaction.uid}` },
      findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...people.get(id) }) }),
      // Everybody is asked who they are, and nobody whether they mind.
      async loadExistingGrant(ctx: { oidc: { client: { clientId: string }; session: { accountId: string } } }) {
        const grant = new provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
        grant.addOIDCScope("openid email");
        await grant.save();
        return grant;
      },
    });
    return new IdentityProvider(issuer, people, port, provider);
  }

  async start(): Promise<void> {
    const answer = this.provider.callback();
    const server = createServer((request, response) => {
      const asked = request.url?.startsWith("/interaction/") ? this.ask(request, response) : answer(request, response);
      Promise.resolve(asked).catch((error: unknown) => response.destroy(error as Error));
    });
    this.server = server;
    await new Promise<void>((done) => server.listen(this.port, "127.0.0.1", done));
  }

  async stop(): Promise<void> {
    const server = this.server;
    this.server = undefined;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }

  /** Who are you? Whoever says a name is believed. */
  private async ask(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === "POST") {
      const name = new URLSearchParams(await text(request)).get("name") ?? "";
      const result = name ? { login: { accountId: name } } : { error: "access_denied" };
      await this.provider.interactionFinished(request, response, result);
      return;
    }
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    response.end(`<!doctype html><html lang="en"><title>Provider</title><link rel="icon" href="data:,">
<main><h1>Who are you?</h1><form method="post"><label>Name <input name="name"></label><button>Continue</button></form></main>`);
  }
}
