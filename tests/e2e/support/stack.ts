// The fixtures of tests on real parts. Each spec file has a collector and a demo site of its own;
// any error in a page, and any request to a stranger, fails the test.
import { type BrowserContextOptions, expect, test as base } from "@playwright/test";
import { usable } from "./firefox.ts";
import { RunningStack } from "./running_stack.ts";
import { Traffic } from "./traffic.ts";
import { Visitor } from "./visitor.ts";

interface PerTest {
  /** What is asked of the collector while the test runs. */
  traffic: Traffic;
  /** Somebody with a fresh browser. */
  visitor: Visitor;
  /** Somebody else, with another one. */
  newVisitor: (options?: BrowserContextOptions) => Promise<Visitor>;
}

interface PerWorker {
  /** Names the file's own stack: files with different names do not share one. */
  stackName: string;
  /** The share of sessions that is recorded. */
  stackRecords: string;
  /** More of `milepost.toml`, after the demo's own. */
  stackDefinitions: string;
  stack: RunningStack;
}

export const test = base.extend<PerTest, PerWorker>({
  stackName: ["shared", { option: true, scope: "worker" }],
  stackRecords: ["10%", { option: true, scope: "worker" }],
  stackDefinitions: ["", { option: true, scope: "worker" }],

  stack: [
    async ({ stackName: _, stackRecords, stackDefinitions }, use) => {
      const stack = await RunningStack.start(stackRecords, stackDefinitions);
      await use(stack);
      await stack.stop();
    },
    { scope: "worker" },
  ],

  traffic: async ({ stack }, use) => use(new Traffic(stack.wiretap)),

  newVisitor: async ({ browser, stack }, use) => {
    const visitors: Visitor[] = [];
    await use(async (options) => {
      const visitor = await Visitor.arrive(usable(browser), stack, options);
      visitors.push(visitor);
      return visitor;
    });
    for (const visitor of visitors) await visitor.leave();
  },

  visitor: async ({ newVisitor }, use) => use(await newVisitor()),

  page: async ({ visitor }, use) => use(visitor.page),
});

export { expect };
