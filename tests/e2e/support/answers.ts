// Answers to surveys as browsers send them, without the browsers: what tests of the dashboard look at.
import { SERVER_KEY, type RunningStack } from "./running_stack.ts";

type Json = Record<string, unknown>;

/** One filling-in: its messages come a second apart. */
export class Filling {
  readonly messages: Json[] = [];

  constructor(
    readonly survey: string,
    readonly user: string,
    readonly submission: string,
    readonly at: number,
    readonly more: Json = {},
  ) {
    this.say("Survey Shown", {});
  }

  say(event: string, more: Json): this {
    const properties = {
      ...{ survey: this.survey, submission: this.submission, lease: `lease-${this.submission}`, surface: "popover" },
      ...{ trigger: "message", language: "en", ...this.more, ...more },
    };
    const timestamp = new Date(this.at + this.messages.length * 1_000).toISOString();
    const messageId = `${this.submission}-${this.messages.length}`;
    this.messages.push({ type: "track", event, userId: this.user, messageId, timestamp, properties, context: { page: { path: "/app/invoices" } } });
    return this;
  }

  answer(step: string, kind: string, given: Json): this {
    return this.say("Survey Answered", { step, kind, ...given });
  }
}

/** Sends messages as the vendor's own server; each must be stored. */
export async function send(stack: RunningStack, messages: Json[]): Promise<void> {
  for (let at = 0; at < messages.length; at += 400) {
    const batch = messages.slice(at, at + 400);
    const response = await fetch(`${stack.collectorUrl}/v1/batch`, {
      method: "POST",
      body: JSON.stringify({ writeKey: SERVER_KEY, batch }),
    });
    const answer = (await response.json()) as { accepted?: number };
    if (answer.accepted !== batch.length) throw new Error(`not all were stored: ${JSON.stringify(answer).slice(0, 2_000)}`);
  }
}
