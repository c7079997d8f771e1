// What was asked of the collector since a test began, by whichever page: a test's own pages, as no others are open.
import { expect } from "@playwright/test";
import type { Asked, Wiretap } from "./wiretap.ts";

/** The SDK waits for a batch to fill; a debug collector on a busy machine takes its time. */
const PATIENCE_MS = 15_000;

/** Doors that take no messages. */
const NO_MESSAGES = /^\/v1\/(lease|receipt)/;

/** One Segment-spec message, as far as tests look into it. */
export interface Sent {
  type: string;
  messageId: string;
  anonymousId?: string;
  userId?: string;
  event?: string;
  properties?: Record<string, unknown>;
}

export class Traffic {
  private readonly start: number;

  constructor(private readonly wiretap: Wiretap) {
    this.start = wiretap.asked.length;
  }

  /** Every request, in order. */
  get asked(): Asked[] {
    return this.wiretap.asked.slice(this.start);
  }

  /** Every message in them, once: what a page could not hear the end of, the next one sends again under the same id. */
  get sent(): Sent[] {
    const byId = new Map<string, Sent>();
    for (const it of this.deliveries) if (!byId.has(it.messageId)) byId.set(it.messageId, it);
    return [...byId.values()];
  }

  /** As they were sent: batches are opened, bare messages taken as they are. */
  get deliveries(): Sent[] {
    return this.asked
      .filter((it) => it.method === "POST" && it.path.startsWith("/v1/") && !NO_MESSAGES.test(it.path))
      .flatMap(({ body }) => {
        const parsed = JSON.parse(body) as Sent & { batch?: Sent[] };
        return parsed.batch ?? [parsed];
      });
  }

  /** Waits until as many such messages were sent, no more. */
  async expectSent(what: (it: Sent) => boolean, count = 1): Promise<Sent[]> {
    await expect.poll(() => this.sent.filter(what).length, { timeout: PATIENCE_MS }).toBe(count);
    return this.sent.filter(what);
  }

  expectNotSent(what: (it: Sent) => boolean): void {
    expect(this.sent.filter(what)).toEqual([]);
  }

  /** Nothing but the script and its module, which every visitor loads to be asked. */
  expectOnlyLoading(): void {
    expect(this.asked.filter((it) => it.method !== "GET" || !/^\/sdk(-\w+)?\.(js|wasm)$/.test(it.path))).toEqual([]);
  }
}
