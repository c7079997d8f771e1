// After a panic the module is never entered again, and the page hears nothing of it.
import { expect, test } from "@playwright/test";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

interface Guard {
  guard: (exports: Record<string, unknown>) => Record<string, (...args: unknown[]) => unknown>;
  guarded: { onDead: () => void };
}

const load = async (): Promise<Guard> =>
  (await import(pathToFileURL(join(import.meta.dirname, "../../sdk/loader/guard.js")).href)) as Guard;

test("the first trap silences every export, and is reported once", async () => {
  const { guard, guarded } = await load();
  const reported: unknown[] = [];
  guarded.onDead = () => void reported.push(trap);
  const trap = new WebAssembly.RuntimeError("unreachable");
  let entered = 0;
  const safe = guard({
    memory: 7,
    add: (a: number, b: number) => a + b,
    panics: () => {
      entered += 1;
      throw trap;
    },
  });
  expect(safe["add"]?.(1, 2)).toBe(3);
  expect(safe["panics"]?.()).toBe(0);
  expect(safe["panics"]?.()).toBe(0);
  expect(safe["add"]?.(1, 2)).toBe(0);
  expect(safe["memory"]).toBe(7);
  expect(entered).toBe(1);
  expect(reported.length).toBe(1);
});
